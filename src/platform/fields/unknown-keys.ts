import { closest, distance } from 'fastest-levenshtein';
import type { ErrorDetail } from '../../kernel/domain-error';

/** Maximum number of unknown keys to describe. More help nobody, and a megabyte of them would keep the server busy. */
const described = 20;
/** Maximum length of a key that may be a misspelt name. */
const maxTypoLength = 100;

/**
 * @param isKnown also for names that are not suggested.
 * @returns a detail for each unknown key, with the known name that it resembles. Keys beyond the maximum are only
 * counted.
 */
export function unknownKeyErrors(
  input: object,
  known: readonly string[],
  kind: 'field' | 'parameter',
  isKnown = (key: string) => known.includes(key),
): ErrorDetail[] {
  const unknown = Object.keys(input).filter((key) => !isKnown(key));
  const details = unknown.slice(0, described).map((key) => describe(key, known, kind));
  const rest = unknown.length - described;
  if (rest > 0) details.push({ field: '…', message: `and ${rest} more unknown ${kind}s` });
  return details;
}

function describe(key: string, known: readonly string[], kind: 'field' | 'parameter'): ErrorDetail {
  const shown = key.slice(0, 100);
  const meant = nearest(key, known);
  return { field: shown, message: `unknown ${kind} "${shown}"${meant ? `: did you mean "${meant}"?` : ''}` };
}

/**
 * Finds the known name within two letters, or within a third of a long name. `firstName` and `First-Name` are spellings
 * of `first_name`.
 */
function nearest(key: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || key.length > maxTypoLength) return undefined;
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const same = known.find((name) => plain(name) === plain(key));
  if (same !== undefined) return same;
  const candidate = closest(key.toLowerCase(), [...known]);
  return distance(key.toLowerCase(), candidate) <= Math.max(2, Math.floor(candidate.length / 3))
    ? candidate
    : undefined;
}
