import { closest, distance } from 'fastest-levenshtein';
import type { ErrorDetail } from '../../kernel/domain-error';

/** @returns one detail per key that is not known, with the known name it looks like. */
export function refuseUnknownKeys(input: object, known: readonly string[], kind: 'field' | 'parameter'): ErrorDetail[] {
  return Object.keys(input)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const shown = key.slice(0, 100);
      const meant = nearest(key, known);
      return { field: shown, message: `unknown ${kind} "${shown}"${meant ? `: did you mean "${meant}"?` : ''}` };
    });
}

/** A typo is two letters, or a third of a long name; `firstName` and `First-Name` are spellings of `first_name`. */
function nearest(key: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || key.length > 100) return undefined;
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const same = known.find((name) => plain(name) === plain(key));
  if (same !== undefined) return same;
  const candidate = closest(key.toLowerCase(), [...known]);
  return distance(key.toLowerCase(), candidate) <= Math.max(2, Math.floor(candidate.length / 3))
    ? candidate
    : undefined;
}
