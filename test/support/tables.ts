import type { Client } from 'pg';

/** A row as JSON: what `to_jsonb` makes of it. */
export type Row = Readonly<Record<string, unknown>>;

export interface Column {
  readonly table: string;
  readonly name: string;
  /** As it stands in a list of columns: `timestamp(3) with time zone`, `text[]`. */
  readonly type: string;
  /** As in `pg_type`: `timestamptz`, `_text`. */
  readonly udt: string;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
  /** Neither generated nor an identity. */
  readonly isWritten: boolean;
}

export interface Constraint {
  readonly table: string;
  readonly name: string;
  readonly kind: 'primary key' | 'unique' | 'unique index' | 'foreign key' | 'check';
  readonly definition: string;
  /** Empty for an index on expressions. */
  readonly columns: readonly string[];
  /** Of a foreign key. */
  readonly target: string | null;
  readonly targetColumns: readonly string[];
  readonly onDelete: 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default' | null;
}

/** Of all tables but that of the migrations, in their order. */
export async function readColumns(database: Client): Promise<Column[]> {
  const { rows } = await database.query<Column>(
    `select relname as table, attname as name, format_type(atttypid, atttypmod) as type, typname as udt,
       not attnotnull as "isNullable", atthasdef and attgenerated = '' as "hasDefault",
       attgenerated = '' and attidentity = '' as "isWritten"
     from pg_attribute join pg_class c on c.oid = attrelid join pg_type t on t.oid = atttypid
     where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'migrations'
       and attnum > 0 and not attisdropped
     order by relname, attnum`,
  );
  return rows;
}

/** Primary keys, unique keys and indexes, foreign keys and checks of all tables but that of the migrations. */
export async function readConstraints(database: Client): Promise<Constraint[]> {
  const { rows } = await database.query<Constraint>(
    `select c.relname as table, conname as name, pg_get_constraintdef(k.oid) as definition,
       case contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key' else 'check' end as kind,
       ${names('conkey', 'conrelid')} as columns, t.relname as target, ${names('confkey', 'confrelid')} as "targetColumns",
       case when contype = 'f' then case confdeltype when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade'
         when 'n' then 'set null' else 'set default' end end as "onDelete"
     from pg_constraint k join pg_class c on c.oid = conrelid left join pg_class t on t.oid = confrelid
     where contype in ('p', 'u', 'f', 'c') and connamespace = 'public'::regnamespace and c.relname <> 'migrations'
     union all
     select c.relname, i.relname, pg_get_indexdef(indexrelid), 'unique index', '{}', null, '{}', null
     from pg_index join pg_class c on c.oid = indrelid join pg_class i on i.oid = indexrelid
     where indisunique and c.relnamespace = 'public'::regnamespace
       and not exists (select 1 from pg_constraint where conindid = indexrelid)
     order by 1, 2`,
  );
  return rows;
}

function names(key: string, table: string): string {
  return `array(
    select attname::text from unnest(${key}) with ordinality as k (number, place)
    join pg_attribute on attrelid = ${table} and attnum = number order by place
  )`;
}
