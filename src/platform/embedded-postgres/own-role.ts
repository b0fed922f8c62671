import type { Client } from 'pg';
import { asSuperuser, type ConnectionInfo, withClient } from './connection-file';

/** The role as which all programs connect: it owns its database, and may do nothing outside it. */
export const ownRole = 'tideline_app';

/** The programs of release 0.1.0 connected as the superuser. From now on that role only sets the cluster up. */
export function withOwnRole(connection: ConnectionInfo): ConnectionInfo {
  return connection.superuser ? connection : { ...connection, user: ownRole, superuser: connection.user };
}

/** Runs at every start: a crash may have come between creating the cluster and creating the role. */
export async function ensureRole(connection: ConnectionInfo): Promise<void> {
  await withSuperuser(connection, 'postgres', async (client) => {
    const role = client.escapeIdentifier(connection.user);
    const found = await client.query('select 1 from pg_roles where rolname = $1', [connection.user]);
    if (found.rowCount === 0) await client.query(`create role ${role}`);
    const rights = 'login nosuperuser nocreatedb nocreaterole noreplication nobypassrls';
    await client.query(`alter role ${role} with ${rights} password ${client.escapeLiteral(connection.password)}`);
  });
}

/** Runs at every start: a crash may have come between creating the role and creating the database. */
export async function ensureDatabase(connection: ConnectionInfo): Promise<void> {
  await withSuperuser(connection, 'postgres', async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [connection.database]);
    if (found.rowCount !== 0) return;
    const [database, owner] = [connection.database, connection.user].map((name) => client.escapeIdentifier(name));
    await client.query(`create database ${database} owner ${owner}`);
  });
}

/**
 * Gives the role what the superuser owns: the database of release 0.1.0, or what was made by hand. All or nothing.
 * `reassign owned` refuses the role that initialised the cluster.
 */
export async function ensureOwnership(connection: ConnectionInfo): Promise<void> {
  await withSuperuser(connection, connection.database, async (client) => {
    const objects = await objectsOfSuperuser(client);
    if (objects.length === 0) return;
    const owner = client.escapeIdentifier(connection.user);
    await client.query('begin');
    for (const object of objects) await client.query(`alter ${object} owner to ${owner}`);
    await client.query('commit');
  });
}

/**
 * The database and what is in it, apart from what belongs to PostgreSQL or to an extension. Indexes, sequences of columns
 * and types of rows have the owner of their table.
 */
async function objectsOfSuperuser(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ object: string }>(
    `with objects (class, oid, schema, owner, object) as (
       select 'pg_namespace'::regclass, oid, oid, nspowner, 'schema ' || oid::regnamespace from pg_namespace
       union all
       select 'pg_class'::regclass, oid, relnamespace, relowner, 'table ' || oid::regclass from pg_class as relation
       where relkind in ('r', 'p', 'v', 'm', 'f') or relkind = 'S' and not exists (
         select from pg_depend where classid = 'pg_class'::regclass and objid = relation.oid and deptype in ('a', 'i'))
       union all
       select 'pg_proc'::regclass, oid, pronamespace, proowner, 'routine ' || oid::regprocedure from pg_proc
       union all
       select 'pg_type'::regclass, oid, typnamespace, typowner, 'type ' || oid::regtype from pg_type
       where typtype in ('d', 'e', 'r') or typrelid in (select oid from pg_class where relkind = 'c')
     )
     select 'database ' || quote_ident(datname) as object from pg_database
     where datname = current_database() and datdba = current_user::regrole
     union all
     select object from objects join pg_namespace as place on place.oid = objects.schema
     where owner = current_user::regrole and nspname !~ '^pg_' and nspname <> 'information_schema' and not exists (
       select from pg_depend where classid = objects.class and objid = objects.oid and deptype = 'e')`,
  );
  return rows.map(({ object }) => object);
}

function withSuperuser(
  connection: ConnectionInfo,
  database: string,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  return withClient({ ...asSuperuser(connection), database }, work);
}
