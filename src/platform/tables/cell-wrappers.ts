/** Marks of the direction of writing and joiners mean something within a text only. */
const invisible = /[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;
const removable =
  /[\u200b\u2060\ufeff]+|^[\u200c-\u200f\u202a-\u202e\u2066-\u2069]+|(?<![\u200c-\u200f\u202a-\u202e\u2066-\u2069])[\u200c-\u200f\u202a-\u202e\u2066-\u2069]+$/g;
/** The parser leaves quotation marks that a blank follows. */
const quoted = /^"([^]*)"\s+$/;

/** Removes from the cells of a record what nobody sees. */
export function unwrapped(cells: readonly string[]): readonly string[] {
  return cells.some((cell) => invisible.test(cell)) ? cells.map((cell) => cell.replace(removable, '')) : cells;
}

export function unquoted(cells: readonly string[]): readonly string[] {
  return cells.map((cell) => (cell.startsWith('"') ? cell.replace(quoted, '$1') : cell));
}

const [apostrophe, equals, bracket] = [0x27, 0x3d, 0x29];

/**
 * Removes from a trimmed cell what programs put around a value: `="01067"`, `'+31…`, `tel:`, `mailto:`, `p:+1…`, `z:09000`,
 * `&amp;`, ` (https://www.notion.so/…)`. Most cells have nothing of it, which their first and last characters show.
 */
export function withoutWrapper(text: string): string {
  let value = text;
  const first = value.charCodeAt(0);
  if (first === equals) value = withoutFormula(value);
  else if (first === apostrophe) value = withoutApostrophe(value);
  if (value.includes('&')) value = withoutEntities(value);
  if (value.charCodeAt(value.length - 1) === bracket) value = withoutNotionLinks(value);
  return withoutScheme(value);
}

function withoutFormula(text: string): string {
  if (!text.startsWith('="') || !text.endsWith('"') || text.length < 3) return text;
  return text.slice(2, -1).replaceAll('""', '"').trim();
}

/** Spreadsheets mark texts so. `'t Hart` and `'s-Hertogenbosch` are names. */
function withoutApostrophe(text: string): string {
  return /^'[=+\-@\t\d]/.test(text) ? text.slice(1) : text;
}

const schemes = ['tel:', 'mailto:', 'p:', 'z:'];
const mayBeginScheme = new Set([...'tmpzTMPZ'].map((letter) => letter.charCodeAt(0)));

function withoutScheme(text: string): string {
  if (!mayBeginScheme.has(text.charCodeAt(0))) return text;
  const end = text.indexOf(':') + 1;
  if (end < 2 || end > 7) return text;
  const scheme = text.slice(0, end).toLowerCase();
  if (!schemes.includes(scheme)) return text;
  const rest = text.slice(end).trim();
  const isMeant = scheme === 'mailto:' ? rest.includes('@') : /^[+(]?\d|^[A-Z]{1,2}\d/i.test(rest);
  return isMeant ? rest : text;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function withoutEntities(text: string): string {
  return text.replace(
    /&(?:([a-z]{2,4})|#(\d{1,6})|#x([0-9a-f]{1,5}));/gi,
    (whole, name?: string, digits?: string, hex?: string) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
      const point = digits !== undefined ? Number(digits) : Number.parseInt(hex!, 16);
      const isText = point >= 0x20 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
      return isText ? String.fromCodePoint(point) : whole;
    },
  );
}

/** Notion writes the page behind the name of each related record. */
function withoutNotionLinks(text: string): string {
  if (!text.includes('://')) return text;
  let value = '';
  let from = 0;
  for (;;) {
    const start = text.indexOf(' (https://', from);
    const end = start < 0 ? -1 : text.indexOf(')', start);
    if (end < 0) return value + text.slice(from);
    const host = text.slice(start + 10, start + 10 + 14);
    const isNotion = /^(?:www\.)?notion\.(?:so|site)/.test(host);
    value += text.slice(from, isNotion ? start : end + 1);
    from = end + 1;
  }
}
