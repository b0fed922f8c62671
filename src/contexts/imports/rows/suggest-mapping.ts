import { maxLabelLength } from '../../../kernel/custom-field-values';
import type { ImportColumns } from '../../../platform/records/importable-field';
import { errorColumn } from '../../../platform/tables/table-layout';
import { ColumnChoices, reasons } from './column-choices';
import { alternatives, isConfirmed, isPossible, looksLikeCompanies, mayBeOfOthers, speaking } from './field-evidence';
import { isOnlyQualified, normalized } from './header-words';
import type { ColumnFindings, NamedColumn } from './reading-options';
import { resolveNames, suggestNames } from './suggest-names';

/** What is suggested for a column, and why. */
export interface ColumnSuggestion {
  readonly header: string;
  readonly suggestion: string | null;
  readonly reason: string;
  /** Lower is likelier, among columns for the same field. */
  readonly rank: number;
}

/** @returns the suggestions as a mapping in the order of the file, but of several columns for a field the likelier first. */
export function mappingOf(suggestions: readonly ColumnSuggestion[]): ReadonlyMap<string, string> {
  const fields = [...new Set(suggestions.flatMap(({ suggestion }) => suggestion ?? []))];
  const mapping = new Map<string, string>();
  for (const field of fields) {
    const own = suggestions.filter(({ suggestion }) => suggestion === field);
    for (const { header } of own.sort((one, other) => one.rank - other.rank)) mapping.set(header, field);
  }
  return mapping;
}

interface CustomField {
  readonly value: string;
  readonly label: string;
}

interface Candidate extends NamedColumn {
  readonly column: ColumnFindings;
}

/** Longer headers are no labels of custom fields, even with spaces and signs between. */
const maxLabelledLength = 4 * maxLabelLength;
/** Fields that take several columns, of which the first filled one counts. Of all others the best column is taken. */
const several = new Set(['first_name', 'last_name', 'company_name', 'email', 'phone', 'notes', 'tags']);
const addressParts = ['address', 'city', 'state', 'zip_code', 'country'];

/**
 * Suggests a field for each column, by names and cells together.
 *
 * @param isWhole whether all rows were looked at, so that an empty column stays empty.
 */
export function suggestMapping(
  kind: ImportColumns,
  columns: readonly ColumnFindings[],
  customFields: readonly CustomField[],
  isWhole: boolean,
): readonly ColumnSuggestion[] {
  return new Suggestion(kind, columns, customFields, isWhole).made();
}

class Suggestion {
  private readonly choices: ColumnChoices;
  private readonly fields: ReadonlySet<string>;

  constructor(
    private readonly kind: ImportColumns,
    private readonly columns: readonly ColumnFindings[],
    private readonly customFields: readonly CustomField[],
    private readonly isWhole: boolean,
  ) {
    this.choices = new ColumnChoices(columns);
    this.fields = new Set(kind.fields.map(({ name }) => name));
  }

  made(): readonly ColumnSuggestion[] {
    this.takeExact();
    const candidates = this.candidates();
    for (const field of Object.keys(this.kind.columnNames)) {
      const own = candidates.filter((candidate) => candidate.field === field);
      if (addressParts.includes(field)) continue;
      if (field === 'full_name') resolveNames(this.choices);
      if (several.has(field)) this.takeAll(own);
      else this.takeBest(own);
    }
    this.takeAddresses(candidates.filter(({ field }) => addressParts.includes(field)));
    this.takeSpeaking();
    this.resolveCustomers(candidates);
    for (const { name, givesWayTo } of this.kind.fields)
      if (givesWayTo?.some((other) => this.choices.isTaken(other))) this.choices.release(name);
    return this.columns.map((column) => {
      const { header } = column;
      const chosen = this.choices.chosen.get(column);
      if (chosen) return { header, suggestion: chosen.field, reason: chosen.reason, rank: chosen.rank };
      return { header, suggestion: null, reason: this.choices.reasonFor(column), rank: 0 };
    });
  }

  private takeExact(): void {
    const wireNames = new Set([...this.fields, ...this.customFields.map(({ value }) => value)]);
    for (const column of this.columns)
      if (wireNames.has(column.header) && column.header !== errorColumn && isPossible(column.header, column))
        this.choices.take(column, column.header, reasons.exact);
    this.takeCustom();
  }

  private takeCustom(): void {
    if (this.customFields.length === 0) return;
    const byForm = new Map<string, ColumnFindings[]>();
    for (const column of this.choices.free()) {
      const form = column.header.length <= maxLabelledLength ? normalized(column.header) : '';
      const others = byForm.get(form);
      if (others) others.push(column);
      else if (form !== '') byForm.set(form, [column]);
    }
    for (const { value, label } of this.customFields) {
      const columns = this.choices.isTaken(value) ? undefined : byForm.get(normalized(label));
      const column = columns?.shift();
      if (column) this.choices.take(column, value, reasons.custom);
    }
  }

  /** @returns the columns with a known name that their cells do not contradict. */
  private candidates(): readonly Candidate[] {
    return this.choices.free().flatMap((column) => {
      const { named } = column;
      if (!named) return [];
      if (isPossible(named.field, column)) return [{ ...named, column }];
      this.choices.refuse(column, reasons.contradicted);
      const other = alternatives[named.field]?.find(({ field, is }) => this.fields.has(field) && is(column));
      return other ? [{ ...named, field: other.field, rank: named.rank + 30, column }] : [];
    });
  }

  /** Takes every column whose cells confirm its name; the likeliest one if none does. */
  private takeAll(candidates: readonly Candidate[]): void {
    const inOrder = [...candidates].sort((one, other) => one.rank - other.rank);
    const confirmed = inOrder.filter(
      ({ field, column }) => isConfirmed(field, column) || (column.filled === 0 && !this.isWhole),
    );
    if (confirmed.some(({ column }) => column.filled > 0)) for (const each of confirmed) this.takeCandidate(each);
    else if (inOrder[0] && !this.choices.isTaken(inOrder[0].field))
      this.takeCandidate(inOrder.find(({ column }) => column.filled > 0) ?? inOrder[0]);
  }

  private takeBest(candidates: readonly Candidate[]): void {
    const best = bestOf(candidates.filter(({ column }) => !this.choices.chosen.has(column)));
    if (!best || this.choices.isTaken(best.field)) return;
    this.takeCandidate(best);
    for (const { column } of candidates)
      if (!this.choices.chosen.has(column)) this.choices.refuseFor(column, best.column);
  }

  /** Takes for each group of an address a column for each part. */
  private takeAddresses(candidates: readonly Candidate[]): void {
    const groups = new Map<string, Candidate[]>();
    for (const candidate of candidates) {
      const group = groups.get(candidate.column.group) ?? [];
      groups.set(candidate.column.group, [...group, candidate]);
    }
    const isAnyFilled = candidates.some(({ column }) => column.filled > 0);
    const cost = (all: readonly Candidate[]) => Math.min(...all.map(({ rank }) => rank));
    const inOrder = [...groups.values()].sort((one, other) => cost(one) - cost(other));
    for (const group of isAnyFilled ? inOrder : inOrder.slice(0, 1)) {
      for (const part of addressParts) {
        const own = group.filter(
          ({ field, column }) => field === part && (!isAnyFilled || column.filled > 0 || !this.isWhole),
        );
        const names = own.filter((each) => each.part === null && each.ordinal < 2);
        // The number of a house is no address by itself.
        const best = bestOf(names.length > 0 ? names : own.filter((each) => each.part !== 'house number'));
        if (!best) continue;
        this.takeCandidate(best);
        if (part === 'address')
          for (const each of own) if (!names.includes(each) && each !== best) this.takeCandidate(each);
        for (const each of names) if (each !== best) this.choices.refuseFor(each.column, best.column);
      }
    }
  }

  /** Takes columns with unknown names whose cells show what they are. */
  private takeSpeaking(): void {
    for (const [field, speaks] of Object.entries(speaking)) {
      if (!this.fields.has(field)) continue;
      const isFilled = this.choices.isFilled(field);
      const found = this.choices
        .unclear()
        .filter(
          (column) => speaks(column) && (isFilled ? isOnlyQualified(column.header) : !mayBeOfOthers(column.header)),
        );
      if (isFilled && !several.has(field)) continue;
      for (const column of several.has(field) ? found : found.slice(0, 1))
        this.choices.take(column, field, reasons.cells, 200);
    }
    const company = this.fields.has('company_name') ? 'company_name' : 'name';
    if (this.fields.has(company) && !this.choices.isFilled(company)) {
      const column = this.choices.unclear().find(looksLikeCompanies);
      if (column) this.choices.take(column, company, reasons.cells, 200);
    }
    if (this.fields.has('full_name')) suggestNames(this.choices);
  }

  /** Beside the name of a person, "Customer" or "Lead name" is that of the company. */
  private resolveCustomers(candidates: readonly Candidate[]): void {
    if (!this.fields.has('company_name') || this.choices.isTaken('company_name')) return;
    const other = candidates.find(
      ({ field, column }) =>
        field === 'full_name' &&
        !this.choices.chosen.has(column) &&
        /customer|client|lead|account|kunde|cliente/i.test(column.header),
    );
    if (other && other.column.filled > 0) this.choices.take(other.column, 'company_name', reasons.named, other.rank);
  }

  private takeCandidate({ column, field, rank }: Candidate): void {
    this.choices.take(column, field, reasons.named, rank);
  }
}

/** The likeliest column, unless another one has more than twice as many values. */
function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  const most = Math.max(0, ...candidates.map(({ column }) => column.filled));
  return candidates
    .filter(({ column }) => column.filled * 2 >= most)
    .reduce<Candidate | undefined>((best, each) => (best && best.rank <= each.rank ? best : each), undefined);
}
