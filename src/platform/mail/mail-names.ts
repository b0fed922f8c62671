/** Longer names are cut in a mail. */
const maxNameLength = 80;

/**
 * A text that a user chose, for the text of a mail to somebody else: on one line, cut to a sensible length, and nothing
 * that a mail program makes a link of. A space behind each sign that holds an address together does that, and people
 * can still read the name. Subjects have no such text.
 */
export function plainName(name: string): string {
  const line = name
    .normalize('NFKC')
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .replaceAll(/[.。:/\\@](?=\S)/g, '$& ')
    .trim();
  const signs = [...line];
  return signs.length > maxNameLength ? `${signs.slice(0, maxNameLength).join('').trim()}…` : line;
}
