/** Maximum length in code units. A header names a column and is not content. */
const maxLength = 200;

/**
 * Makes headers unique: "Phone (2)" for a repeated one, "Column 3" for a blank one.
 *
 * @param groups cells of a line above the header, each of which is also above the blank cells behind it. A repeated
 * header gets the name of its group: "Home Street".
 */
export function uniqueHeaders(cells: readonly string[], groups: readonly string[] = []): string[] {
  const trimmed = withGroups(cells.map(headerOf), groups.map(headerOf));
  const literal = new Set(trimmed);
  const given = new Set<string>();
  const counts = new Map<string, number>();
  return trimmed.map((header, index) => {
    const name = header || `Column ${index + 1}`;
    let unique = name;
    // A header that occurs literally later keeps its name.
    while (given.has(unique) || (unique !== header && literal.has(unique))) {
      const count = (counts.get(name) ?? 1) + 1;
      counts.set(name, count);
      unique = `${name} (${count})`;
    }
    given.add(unique);
    return unique;
  });
}

/** PostgreSQL cannot store NUL. */
function headerOf(cell: string): string {
  return cell.replaceAll('\0', '').trim().slice(0, maxLength).toWellFormed();
}

function withGroups(headers: readonly string[], groups: readonly string[]): readonly string[] {
  if (groups.length === 0) return headers;
  const counts = new Map<string, number>();
  for (const header of headers) counts.set(header, (counts.get(header) ?? 0) + 1);
  let group = '';
  return headers.map((header, index) => {
    group = groups[index] || group;
    const isRepeated = header !== '' && counts.get(header)! > 1;
    return isRepeated && group !== '' ? `${group} ${header}`.slice(0, maxLength).toWellFormed() : header;
  });
}
