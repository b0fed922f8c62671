import { hasExternalId, type RecordKind, recordKinds } from '../../kernel/record-kinds';
import { type DeclaredField, shownFieldsOf } from './declared-fields';
import type { ExternalReference } from './external-references';
import {
  noteReferringColumn,
  type ReferenceField,
  type ReferenceTargetName,
  referenceTargets,
  referringColumns,
} from './reference-targets';

/** A statement that is prepared once for each connection, under its own name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The SQL of a kind of record, put together once. The texts contain nothing that a caller sent. */
export class RecordStatements {
  /** The known columns of the table. `select *` would break when a migration adds one. */
  readonly ownColumns: string;
  /**
   * The public columns, and behind each reference the title of the referenced record. So a row is the answer, in its
   * order.
   */
  readonly answerColumns: string;
  /** `$1` account, `$2` id. */
  readonly find: Statement;
  /** `$1` account, `$2` ids. */
  readonly findMany: Statement;
  /** `$1` account, `$2` ids. In the order of ids, so that two transactions that lock the same rows cannot deadlock. */
  readonly lock: Statement;
  /** The values of the fields, in their order. */
  readonly insert: Statement;
  /**
   * `$1` the rows as one JSON text. The number of parameters does not depend on the rows; PostgreSQL takes at most
   * 65,535.
   */
  readonly insertMany: Statement;
  /** `$1` account, `$2` the rows as one JSON text, `$3` their ids: by them the rows are found through the key. */
  readonly updateMany: Statement;
  /** `$1` account, `$2` ids. */
  readonly delete: Statement;
  /** `$1` account, then the ids for each of `referenced`. */
  readonly references: Statement;
  readonly referenced: readonly ReferenceTargetName[];
  /** `$1` account, then the external ids for each of `identified`. */
  readonly externalIds: Statement;
  /** The kinds of records that may be looked up by external ids. */
  readonly identified: readonly RecordKind[];
  private readonly table: string;

  constructor(
    kind: RecordKind,
    fields: readonly DeclaredField[],
    references: readonly ReferenceField[],
    externalReferences: readonly ExternalReference[],
  ) {
    const table = (this.table = recordKinds[kind].plural);
    const named = (name: string, text: string): Statement => ({ name: `${table}-${name}`, text });
    const own = (this.ownColumns = fields.map(({ name }) => name).join(', '));
    const shown = shownFieldsOf(fields).flatMap((field) => [field.name, ...this.titleOf(field)]);
    const answer = (this.answerColumns = shown.join(', '));
    const [byId, byIds] = ['account_id = $1 and id = $2', 'account_id = $1 and id = any($2::uuid[])'];
    this.find = named('by-id', `select ${answer} from ${table} where ${byId}`);
    this.findMany = named('by-ids', `select ${answer} from ${table} where ${byIds}`);
    this.lock = named('lock', `select ${own} from ${table} where ${byIds} order by id for update`);
    this.insert = named(
      'insert',
      `insert into ${table} (${own}) values (${fields.map((_, at) => `$${at + 1}`).join(', ')})`,
    );
    this.insertMany = named(
      'insert-many',
      `insert into ${table} (${own}) select ${own} from json_to_recordset($1::json) as given (${typed(fields)})`,
    );
    const written = fields.filter(({ name }) => name !== 'id' && name !== 'account_id');
    this.updateMany = named(
      'update-many',
      `update ${table} set ${written.map(({ name }) => `${name} = given.${name}`).join(', ')}
       from json_to_recordset($2::json) as given (id uuid, ${typed(written)})
       where ${table}.account_id = $1 and ${table}.id = any($3::uuid[]) and ${table}.id = given.id`,
    );
    this.delete = named('delete', `delete from ${table} where ${byIds}`);
    for (const { field, to } of references) noteReferringColumn(to, { table, column: field });
    this.referenced = [...new Set(references.map(({ to }) => to))];
    const parts = this.referenced.map((to, at) => {
      const { table: from, title, closed } = referenceTargets[to];
      const closedAt = references.some((reference) => reference.to === to && reference.mustBeOpen) ? closed!.at : null;
      return `select '${to}' as target, id, ${title} as title, ${closedAt ?? 'null::timestamptz'} as closed_at
        from ${from} where account_id = $1 and id = any($${at + 2}::uuid[])`;
    });
    this.references = named('references', parts.join(' union all '));
    const identified = [kind, ...externalReferences.map(({ to }) => to)].filter(hasExternalId);
    this.identified = [...new Set(identified)];
    const byExternalId = this.identified.map(
      (each, at) => `select '${each}' as kind, id, external_id
        from ${recordKinds[each].plural} where account_id = $1 and external_id = any($${at + 2}::text[])`,
    );
    this.externalIds = named('external-ids', byExternalId.join(' union all '));
  }

  /**
   * Without a name, because each combination of fields is a text of its own. `$1` account, `$2` id, then the values.
   */
  update(changed: readonly DeclaredField[]): string {
    const changes = changed.map(({ name }, at) => `${name} = $${at + 3}`).join(', ');
    return `update ${this.table} set ${changes} where account_id = $1 and id = $2`;
  }

  /** Rows that refer to records: `$1` account, `$2` ids, `$3` how many of each table are counted at most. */
  get countLinks(): Statement {
    const parts = referringColumns(this.table).map(
      ({ table, column }) => `(select from ${table} where account_id = $1 and ${column} = any($2::uuid[]) limit $3)`,
    );
    return {
      name: `${this.table}-count-links`,
      text: `select count(*) from (${parts.join(' union all ')}) as links`,
    };
  }

  private titleOf({ name: field, reference }: DeclaredField): string[] {
    if (!reference?.name) return [];
    const { table, title } = referenceTargets[reference.to];
    // By an alias: a record may refer to one of its own table.
    const found = `select ${title} from ${table} as target
      where target.account_id = ${this.table}.account_id and target.id = ${this.table}.${field}`;
    return [`coalesce((${found}), '') as ${reference.name}`];
  }
}

function typed(fields: readonly DeclaredField[]): string {
  return fields.map(({ name, column }) => `${name} ${String(column.type)}${column.array ? '[]' : ''}`).join(', ');
}
