/** Marks of the direction of writing and joiners mean something within a text only. */
const invisible = /[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;
const removable =
  /[\u200b\u2060\ufeff]+|^[\u200c-\u200f\u202a-\u202e\u2066-\u2069]+|[\u200c-\u200f\u202a-\u202e\u2066-\u2069]+$/g;
/** The parser leaves quotation marks that a blank follows. */
const quoted = /^"([^]*)"\s+$/;

/** Removes from the cells of a record what nobody sees. */
export function unwrapped(cells: readonly string[]): readonly string[] {
  return cells.some((cell) => invisible.test(cell)) ? cells.map((cell) => cell.replace(removable, '')) : cells;
}

export function unquoted(cells: readonly string[]): readonly string[] {
  return cells.map((cell) => (cell.startsWith('"') ? cell.replace(quoted, '$1') : cell));
}
