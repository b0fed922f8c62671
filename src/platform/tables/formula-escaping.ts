/**
 * A cell that begins like this is a formula to a spreadsheet (CWE-1236), full-width forms included. An apostrophe before it makes
 * it a text; one more is put before texts that begin with apostrophes and then like this, so that nothing is lost on the way back.
 */
const formula = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

export function escapeFormula(cell: string): string {
  return formula.test(cell) ? `'${cell}` : cell;
}

export function unescapeFormula(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}
