import { composed } from '../../../kernel/composed';
import { maxTags } from '../../../platform/fields/record-fields';

interface Tagged {
  readonly tags?: readonly string[];
}

/**
 * @param given the fields of a change.
 * @param tell is called if a record cannot have all tags.
 * @returns what adds these tags to those of a record. A row that empties the tags still does so.
 */
export function addedTags(
  given: object,
  tell: (message: string) => void,
): ((before: object) => Required<Tagged>) | undefined {
  const { tags: added = [] }: Tagged = given;
  if (added.length === 0) return undefined;
  return (before) => {
    const own = (before as Tagged).tags ?? [];
    const known = new Set(own.map((tag) => composed(tag)));
    const all = [...own, ...added.filter((tag) => !known.has(tag))];
    const left = all.slice(maxTags);
    if (left.length > 0) tell(`tags has no room for ${left.join(', ')}: a record has at most ${maxTags}`);
    return { tags: all.slice(0, maxTags) };
  };
}
