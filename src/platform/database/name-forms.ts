import type { Transactions } from './transactions';

/**
 * @returns for each text the form in which names, domains and e-mail addresses are compared (`name_form` of the
 * database).
 */
export async function nameForms(transactions: Transactions, texts: Iterable<string>): Promise<Map<string, string>> {
  const rows = await transactions.rows<{ text: string; form: string }>(
    'name-forms',
    'select text, name_form(text) as form from unnest($1::text[]) as text',
    [[...new Set(texts)]],
  );
  return new Map(rows.map(({ text, form }) => [text, form]));
}
