import type { Transactions } from './transactions';

/**
 * How texts are compared: by `match_name`, `match_host` and `match_phone` of the database, values of unique custom fields (in
 * JSON) by `unique_form`, addresses without case, ids as they are.
 */
export type MatchForm = 'address' | 'host' | 'id' | 'name' | 'phone' | 'value';

export interface MatchText {
  readonly form: MatchForm;
  readonly text: string;
}

/** Gives the form of a text; `""` for one that has not the form of what is compared. */
export type FormOf = (text: MatchText) => string;

/** @returns the forms of these texts. */
export async function matchForms(transactions: Transactions, texts: Iterable<MatchText>): Promise<FormOf> {
  const keyOf = ({ form, text }: MatchText) => `${form} ${text}`;
  const different = new Map<string, MatchText>();
  for (const each of texts) if (each.text !== '') different.set(keyOf(each), each);
  if (different.size === 0) return () => '';
  const some = [...different.values()];
  const rows = await transactions.rows<MatchText & { readonly made: string | null }>(
    'match-forms',
    String.raw`select form, text, case form
       when 'name' then match_name(text)
       when 'host' then match_host(text)
       when 'phone' then match_phone(text)
       when 'address' then case when text ~ '^[^@\s]+@[^@\s]+$' then email_form(normalize(text, nfc)) end
       when 'value' then unique_form(text::jsonb)
       when 'id' then text
     end as made
     from unnest($1::text[], $2::text[]) as wanted (form, text)`,
    [some.map(({ form }) => form), some.map(({ text }) => text)],
  );
  const forms = new Map(rows.map((row) => [keyOf(row), row.made ?? '']));
  return (text) => (text.text === '' ? '' : forms.get(keyOf(text))!);
}
