import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';

/**
 * Collects the conditions of a list, so that each combination of filters is a statement of its own. PostgreSQL uses an
 * index only for a condition that is always there: `$1 is null or x > $1` in a prepared statement reads the whole
 * table.
 */
export class Where {
  readonly values: unknown[] = [];
  /** The placeholder of the account, for sub-queries. */
  readonly account: string;
  private readonly conditions: string[] = [];
  private shape = '';
  private isReplanned = false;

  private constructor(account: AccountId, column: string) {
    this.account = this.value(account);
    this.conditions.push(`${column} = ${this.account}`);
  }

  /**
   * Begins the conditions. There is no other way, so every list belongs to an account.
   *
   * @param column of the account, with the table's alias if the statement has several tables.
   */
  static of(account: AccountId, column = 'account_id'): Where {
    return new Where(account, column);
  }

  /** Adds a condition that is always there. Each `?` takes the next of the values. */
  and(condition: string, ...values: readonly unknown[]): this {
    let next = 0;
    this.conditions.push(condition.replaceAll('?', () => this.value(values[next++])));
    return this;
  }

  /** Adds a condition if its value is defined. */
  andIf(value: unknown, condition: string, ...values: readonly unknown[]): this {
    const present = value !== undefined && value !== null && value !== false;
    this.shape += present ? '1' : '0';
    return present ? this.and(condition, ...values) : this;
  }

  /** Continues after a row of a list that is ordered by these columns, newest first. */
  after(position: Position | null, time = 'created_at', id = 'id'): this {
    return this.andIf(position, `(${time}, ${id}) < (?, ?::uuid)`, position && new Date(position.at), position?.id);
  }

  /**
   * Like `andIf`, for a condition that very few rows may meet, or nearly all. The best plan depends on the value, so
   * the statement has no name and is planned each time. PostgreSQL soon plans a prepared statement without its values,
   * and then reads a million rows in search of three.
   */
  andSelective(value: unknown, condition: string, ...values: readonly unknown[]): this {
    if (value !== undefined && value !== null) this.isReplanned = true;
    return this.andIf(value, condition, ...values);
  }

  /** Adds a parameter outside the conditions, such as a limit. @returns its placeholder. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** @returns a name for this combination of conditions; undefined if the statement must be planned for its values. */
  name(list: string): string | undefined {
    return this.isReplanned ? undefined : `${list}-${this.shape}`;
  }

  get text(): string {
    return this.conditions.join(' and ');
  }
}
