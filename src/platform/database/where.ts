import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';

/**
 * Puts the conditions of a list together, so that every combination of filters is a statement of its own. PostgreSQL uses
 * an index only for conditions that are certain to be there: `$1 is null or x > $1` in a prepared statement reads everything.
 */
export class Where {
  readonly values: unknown[] = [];
  /** The account's place in the statement, for sub-queries. */
  readonly account: string;
  private readonly conditions: string[] = [];
  private shape = '';
  private isReplanned = false;

  private constructor(account: AccountId, column: string) {
    this.account = this.value(account);
    this.conditions.push(`${column} = ${this.account}`);
  }

  /**
   * The only way to begin: every list belongs to an account.
   *
   * @param column of the account, with the table's alias where the statement has several tables.
   */
  static of(account: AccountId, column = 'account_id'): Where {
    return new Where(account, column);
  }

  /** A condition that is always there. Each `?` takes the next of the values. */
  and(condition: string, ...values: readonly unknown[]): this {
    let next = 0;
    this.conditions.push(condition.replaceAll('?', () => this.value(values[next++])));
    return this;
  }

  /** A condition that is there when its value is. */
  andIf(value: unknown, condition: string, ...values: readonly unknown[]): this {
    const present = value !== undefined && value !== null && value !== false;
    this.shape += present ? '1' : '0';
    return present ? this.and(condition, ...values) : this;
  }

  /** Goes on behind a row of a list that is ordered by these columns, the latest first. */
  after(position: Position | null, time = 'created_at', id = 'id'): this {
    return this.andIf(position, `(${time}, ${id}) < (?, ?::uuid)`, position && new Date(position.at), position?.id);
  }

  /**
   * Like `andIf`, for a condition that a handful of rows may meet or nearly all. Which plan is good depends on the value, so
   * the statement gets no name and is planned each time: a prepared one is soon planned for no value in particular, and
   * then walks a million rows in search of three.
   */
  andSelective(value: unknown, condition: string, ...values: readonly unknown[]): this {
    if (value !== undefined && value !== null) this.isReplanned = true;
    return this.andIf(value, condition, ...values);
  }

  /** A parameter outside the conditions, such as a limit: its place in the statement. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** Different for each combination of conditions; undefined when the statement must be planned for its values. */
  name(list: string): string | undefined {
    return this.isReplanned ? undefined : `${list}-${this.shape}`;
  }

  get text(): string {
    return this.conditions.join(' and ');
  }
}
