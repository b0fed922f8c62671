import type { Client } from 'pg';
import { withClient, workerDatabaseUrl } from './database';
import { type Statement, statementsDuring } from './statements';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly Plans?: readonly Plan[];
}

/** A statement, and the tables that PostgreSQL reads from one end to the other for it. */
export interface Read extends Statement {
  readonly whole: readonly string[];
}

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

async function planOf(direct: Client, text: string, values: readonly unknown[] = []): Promise<Plan> {
  const { rows } = await direct.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (format json) ${text}`, [...values]);
  return rows[0]!['QUERY PLAN'][0].Plan;
}

/** The plan for no values in particular, which a prepared statement may get from its sixth execution on. */
async function genericPlanOf(direct: Client, { text, values = [] }: Statement): Promise<Plan> {
  await direct.query(`set plan_cache_mode = force_generic_plan`);
  await direct.query(`prepare generic as ${text}`);
  const given = values.length > 0 ? `(${values.map(() => 'null').join(', ')})` : '';
  const plan = await planOf(direct, `execute generic${given}`);
  await direct.query(`deallocate generic; reset plan_cache_mode`);
  return plan;
}

async function findPartialIndexes(direct: Client): Promise<ReadonlySet<string>> {
  const { rows } = await direct.query<{ name: string }>(
    `select indexrelid::regclass::text as name from pg_index where indpred is not null`,
  );
  return new Set(rows.map(({ name }) => name));
}

/** Row by row, or along an index of all rows in which nothing is looked up. */
function wholeReadsOf(plan: Plan, partialIndexes: ReadonlySet<string>, above?: Plan): string[] {
  const { 'Node Type': type, 'Index Name': index, 'Index Cond': condition } = plan;
  const isWalk = /^Index (Only )?Scan$/.test(type) && condition === undefined && !partialIndexes.has(index!);
  // Then a handful of rows is read, which are the first in the order of the index.
  const isCut = above?.['Node Type'] === 'Limit' && plan.Filter === undefined;
  return [
    ...(type === 'Seq Scan' || (isWalk && !isCut) ? [plan['Relation Name']!] : []),
    ...(plan.Plans ?? []).flatMap((each) => wholeReadsOf(each, partialIndexes, plan)),
  ];
}

/** Others, such as `begin`, have no plan. */
const hasPlan = ({ text }: Statement) => /^\s*(select|insert|update|delete|with)\b/i.test(text);

/** Looks at each of the statements, once where they differ in moments and bytes only; at named ones without values, too. */
export async function wholeReads(statements: readonly Statement[]): Promise<Read[]> {
  const different = new Map<string, Statement>();
  for (const statement of statements.filter(hasPlan)) {
    const { name, text, values = [] } = statement;
    const plain = values.filter((value) => !(value instanceof Date || Buffer.isBuffer(value)));
    different.set(JSON.stringify([name, text, plain]), statement);
  }
  return withClient(workerDatabaseUrl(), async (direct) => {
    const partialIndexes = await findPartialIndexes(direct);
    const generic = new Map<string, Plan>();
    const reads: Read[] = [];
    for (const statement of different.values()) {
      const { name, text, values } = statement;
      const plans = [await planOf(direct, text, values)];
      if (name !== undefined) {
        const known = generic.get(text) ?? (await genericPlanOf(direct, statement));
        generic.set(text, known);
        plans.push(known);
      }
      reads.push({ ...statement, whole: plans.flatMap((plan) => wholeReadsOf(plan, partialIndexes)) });
    }
    return reads;
  });
}

/**
 * Fails when a statement on one of the tables reads the whole of any of them, or of the others.
 *
 * @returns the indexes used.
 */
export async function indexesUsed(
  tables: readonly string[],
  work: () => Promise<unknown>,
  others: readonly string[] = [],
): Promise<Set<string>> {
  const sent = await statementsDuring(work);
  const touches = new RegExp(`\\b(from|update|into) "?(${tables.join('|')})\\b`, 'i');
  const statements = sent.filter((statement) => hasPlan(statement) && touches.test(statement.text));
  expect(statements.length).toBeGreaterThan(0);
  return withClient(workerDatabaseUrl(), async (direct) => {
    const plans: Plan[] = [];
    for (const { text, values } of statements) plans.push(await planOf(direct, text, values));
    const read = plans.flatMap(nodes).filter((node) => node['Node Type'] === 'Seq Scan');
    const names = read.map((node) => node['Relation Name']!);
    expect(names.filter((table) => [...tables, ...others].includes(table))).toEqual([]);
    return new Set(plans.flatMap(nodes).flatMap((node) => node['Index Name'] ?? []));
  });
}
