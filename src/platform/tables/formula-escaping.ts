/**
 * Cells that a spreadsheet may read as a formula (CWE-1236; OWASP, "CSV Injection"): those that begin with `=`, `+`, `-`
 * or `@`, in full or small width too, perhaps behind blanks, quotes and invisible characters, and those that begin with
 * a tab or a line break. An apostrophe before the cell makes it a text. A text that begins with apostrophes and then
 * like a formula gets one more, so that reading it back loses nothing.
 */
const formula = /^(?:'*[\t\r\n]|[\s\p{Cc}\p{Cf}'"]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b])/u;

/**
 * Separators of cells and rows in any spreadsheet. A cell that has one must be quoted, or the rest of it could begin
 * another cell where semicolons separate cells.
 */
export const anySeparator = /[,;|\t\n\v\f\r\u0085\u2028\u2029]/;

export function escapeFormula(cell: string): string {
  return formula.test(cell) ? `'${cell}` : cell;
}

export function unescapeFormula(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}
