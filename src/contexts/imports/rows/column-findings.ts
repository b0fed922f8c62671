import { withoutWrapper } from '../../../platform/tables/cell-wrappers';
import { type CellFormat, type DateOrder } from '../../../platform/tables/cell-values';
import { dateOrderOf, hasFullStops } from '../../../platform/tables/date-cells';
import { isSignOfNothing, wordOfNothing } from '../../../platform/tables/nothing';
import { decimalOf } from '../../../platform/tables/number-cells';
import { addressesIn } from '../../../platform/tables/several-values';
import type { SampleSize } from '../../../platform/tables/table-reader';
import { type Trait, traitsOf } from './cell-traits';
import type { KnownColumns } from './column-names';
import type { ColumnFindings, NamedColumn } from './reading-options';
import { Turn } from './turn';

/** How many rows are looked at, and how many cells. */
const maxRows = 1_000;
const maxCells = 300_000;
/** The beginning of a cell shows what it is. */
const maxCellLength = 1_000;
/** Characters. Names of columns are taken apart in up to eighty ways. */
const costOfCell = 20;
const costOfHeader = 1_000;
const maxSamples = 3;
const maxSampleLength = 100;
const maxTold = 5;

/** A word stands for nothing even among names if so many cells have it, and such a part of the column. */
const minWords = 3;
const minWordShare = 0.1;

/** @returns how much of a table with so many columns is looked at. */
export function partToLookAt(columns: number): SampleSize {
  return { rows: Math.max(50, Math.min(maxRows, Math.floor(maxCells / Math.max(1, columns)))), cell: maxCellLength };
}

/** @param isExact whether cells are read word for word. @returns what the columns show, in their order. */
export async function findingsOf(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  known: KnownColumns,
  isExact: boolean,
): Promise<ColumnFindings[]> {
  const turn = new Turn();
  const named: (NamedColumn | null)[] = [];
  for (const header of headers) {
    if (turn.isOver(costOfHeader + header.length)) await turn.next();
    named.push(known.find(header));
  }
  const groups = groupsOf(named);
  const columns = headers.map((header) => new Column(header));
  for (const cells of rows) {
    for (const [index, column] of columns.entries()) {
      const cell = cells[index];
      if (cell === undefined || cell === '') continue;
      if (turn.isOver(costOfCell + cell.length)) await turn.next();
      column.add(cell, isExact);
    }
  }
  await countNames(columns, rows, turn);
  const agreed = agreedFormat(columns);
  const looked_at = rows.length;
  return columns.map((column, index) => ({
    looked_at,
    ...column.findings(named[index]!, groups[index]!, agreed),
  }));
}

/** What a column shows while it is looked at. */
class Column {
  filled = 0;
  readonly traits = new Map<Trait, number>();
  inAddress = 0;
  beginsAddress = 0;
  private hasFullStops = false;
  private readonly orders = new Set<DateOrder>();
  private readonly decimals = new Set<'point' | 'comma'>();
  private readonly samples = new Set<string>();
  private readonly words = new Map<string, number>();
  private readonly toldSigns = new Set<string>();
  private readonly toldWords = new Set<string>();

  constructor(private readonly header: string) {}

  add(cell: string, isExact: boolean): void {
    const raw = cell.trim();
    if (raw === '') return;
    const text = isExact ? raw : withoutWrapper(raw);
    if (!isExact && isSignOfNothing(text)) {
      if (this.toldSigns.size < maxTold) this.toldSigns.add(text);
      return;
    }
    const word = isExact ? null : wordOfNothing(text);
    if (word !== null) {
      this.words.set(word, (this.words.get(word) ?? 0) + 1);
      if (this.toldWords.size < maxTold) this.toldWords.add(text);
      return;
    }
    this.filled++;
    if (this.samples.size < maxSamples) this.samples.add(text.slice(0, maxSampleLength).toWellFormed());
    const found = traitsOf(text);
    for (const trait of found) this.traits.set(trait, (this.traits.get(trait) ?? 0) + 1);
    if (found.includes('date')) {
      const order = dateOrderOf(text);
      if (order) this.orders.add(order);
      else this.hasFullStops ||= hasFullStops(text);
    } else if (found.includes('number')) {
      const decimal = decimalOf(text);
      if (decimal) this.decimals.add(decimal);
    }
  }

  share(trait: Trait): number {
    return this.filled === 0 ? 0 : (this.traits.get(trait) ?? 0) / this.filled;
  }

  isNumeric(): boolean {
    return this.share('number') > 0.5 && this.share('written_phone') < 0.5 && this.share('date') < 0.5;
  }

  /** @returns what the column says by itself; columns that contradict themselves say nothing. */
  own(): Omit<CellFormat, 'own_decimal'> {
    return {
      date_order: this.orders.size === 1 ? [...this.orders][0]! : null,
      decimal: this.decimals.size === 1 ? [...this.decimals][0]! : null,
    };
  }

  findings(
    named: NamedColumn | null,
    group: string,
    agreed: Omit<CellFormat, 'own_decimal'>,
  ): Omit<ColumnFindings, 'looked_at'> {
    const own = this.own();
    const ofOthers = this.hasFullStops ? 'dmy' : agreed.date_order;
    const words = [...this.words.values()].reduce((sum, count) => sum + count, 0);
    const all = this.filled + words;
    return {
      header: this.header,
      filled: this.filled,
      samples: [...this.samples],
      named,
      group,
      date_order: own.date_order ?? (this.orders.size > 0 ? null : ofOthers),
      decimal: own.decimal ?? (this.decimals.size > 0 ? null : agreed.decimal),
      own_decimal: own.decimal,
      is_numeric: this.isNumeric(),
      empty_words: [...this.words].flatMap(([word, count]) =>
        count >= minWords && count >= all * minWordShare ? [word] : [],
      ),
      nothing: { signs: [...this.toldSigns], words: [...this.toldWords] },
      words,
      traits: Object.fromEntries(this.traits),
      in_address: this.inAddress,
      begins_address: this.beginsAddress,
    };
  }
}

/** The other columns decide for one that does not tell. */
function agreedFormat(columns: readonly Column[]): Omit<CellFormat, 'own_decimal'> {
  const orders = new Set(columns.flatMap((column) => column.own().date_order ?? []));
  const numeric = columns.filter((column) => column.isNumeric());
  const decimals = new Set(numeric.flatMap((column) => column.own().decimal ?? []));
  return {
    date_order: orders.size === 1 ? [...orders][0]! : null,
    decimal: decimals.size === 1 ? [...decimals][0]! : null,
  };
}

const minNamePart = 3;
const maxNameLength = 80;

/** Counts the cells that stand in the address of their row: `ann.lee@a.example` beside "Ann". */
async function countNames(columns: readonly Column[], rows: readonly (readonly string[])[], turn: Turn): Promise<void> {
  const of = columns.findIndex((column) => column.share('address') > 0.5);
  if (of < 0) return;
  for (const cells of rows) {
    const address = addressesIn((cells[of] ?? '').trim())[0]!;
    const local = addressForm(address.slice(0, Math.max(0, address.indexOf('@'))));
    if (local === '') continue;
    for (const [index, cell] of cells.entries()) {
      const column = columns[index];
      if (cell === '' || index === of || !column || cell.length > maxNameLength) continue;
      if (turn.isOver(costOfCell + cell.length)) await turn.next();
      if (cell.includes('@')) continue;
      const parts = cell
        .split(/[\s,.-]+/)
        .map(addressForm)
        .filter((part) => part.length >= minNamePart);
      if (!parts.some((part) => local.includes(part))) continue;
      column.inAddress++;
      if (local.startsWith(parts[0]!)) column.beginsAddress++;
    }
  }
}

function addressForm(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}]/gu, '');
}

/** Numbers behind the parts of an address count addresses, if a city has one; else they count lines. */
function groupsOf(named: readonly (NamedColumn | null)[]): readonly string[] {
  const counted = new Set<string>();
  for (const each of named)
    if (each && ['city', 'zip_code', 'state', 'country'].includes(each.field) && each.ordinal > 1)
      counted.add(`${each.group} ${each.ordinal}`);
  return named.map((each) => {
    if (!each) return '';
    const { group, ordinal, isOfGroup } = each;
    const isCounted = ordinal > 1 && (isOfGroup || counted.has(`${group} ${ordinal}`));
    return isCounted ? `${group} ${ordinal}`.trim() : group;
  });
}
