import { storedForms } from '../../kernel/composed';
import type { Where } from '../database/where';

/** Adds the condition that records have all of these tags. Stored tags may be older than the rule to compose them. */
export function addTagConditions(where: Where, tags: readonly string[] | undefined): void {
  if (tags === undefined) return;
  const plain = tags.filter((tag) => storedForms(tag).length === 1);
  if (plain.length > 0) where.andSelective(plain, 'tags @> ?::text[]', plain);
  for (const [one, other] of tags.filter((tag) => !plain.includes(tag)).map(storedForms))
    where.andSelective(one, '(tags @> array[?::text] or tags @> array[?::text])', one, other);
}
