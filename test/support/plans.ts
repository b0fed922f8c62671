import { withClient, workerDatabaseUrl } from './database';
import { type Statement, statementsDuring } from './statements';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

async function planOf({ text, values = [] }: Statement): Promise<Plan[]> {
  return withClient(workerDatabaseUrl(), async (direct) => {
    const { rows } = await direct.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (format json) ${text}`, [
      ...values,
    ]);
    return nodes(rows[0]!['QUERY PLAN'][0].Plan);
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
  const touches = new RegExp(`\\b(from|update|into) "?(${tables.join('|')})\\b`);
  const statements = sent.filter(({ text }) => touches.test(text));
  expect(statements.length).toBeGreaterThan(0);
  const plans: Plan[] = [];
  for (const statement of statements) plans.push(...(await planOf(statement)));
  const read = plans.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']);
  expect(read.filter((table) => [...tables, ...others].includes(table!))).toEqual([]);
  return new Set(plans.flatMap((node) => node['Index Name'] ?? []));
}
