/**
 * Cells that a spreadsheet reads as a formula (CWE-1236), full-width forms included. An apostrophe before the cell
 * makes it a text. A text that begins with apostrophes and then like a formula gets one more, so that reading it back
 * loses nothing.
 */
const formula = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

export function escapeFormula(cell: string): string {
  return formula.test(cell) ? `'${cell}` : cell;
}

export function unescapeFormula(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}
