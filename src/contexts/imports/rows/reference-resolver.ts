import type { NewRecord } from '../../../platform/records/many-records';
import type { Author } from '../../../kernel/caller';
import { type ErrorDetail, InvalidInputError } from '../../../kernel/domain-error';
import type { ImportableEntity } from '../../../kernel/record-kinds';
import { newId } from '../../../platform/database/ids';
import type { Importable } from '../../../platform/records/importable';
import type { FoundRecord } from '../../../platform/records/matcher';
import type { RecordChanges } from '../../../platform/records/record-changes';
import type { BatchChanges } from './batch-changes';
import { DuplicateIndex } from './duplicate-index';

/** Records of another kind that rows name. A missing one is made when the first row that names it is applied. */
export class ReferenceResolver {
  private readonly existing: DuplicateIndex;
  private readonly faultOf: ReadonlyMap<string, string | undefined>;
  private readonly missing = new Map<string, NewRecord & { readonly row: number }>();
  private readonly faults = new Map<string, readonly string[]>();

  /**
   * @param forms of all names.
   * @param found records with these forms.
   * @param required labels of custom fields that no record can be without.
   */
  constructor(
    private readonly kind: Importable,
    private readonly forms: ReadonlyMap<string, string>,
    found: readonly FoundRecord[],
    private readonly required: readonly string[],
  ) {
    this.existing = new DuplicateIndex(found, false);
    this.faultOf = new Map(found.map(({ id, fault }) => [id, fault]));
  }

  /** @param field for the details. */
  faultsOf(field: string, name: string): ErrorDetail[] {
    let faults = this.faults.get(name);
    if (!faults) {
      faults = this.findFaults(name);
      this.faults.set(name, faults);
    }
    return faults.map((fault) => ({ field, message: `${field} ${fault}` }));
  }

  /** @param row remembered as the row for which the record is made, if it is the first. */
  idOf(name: string, row: number): string {
    const form = this.forms.get(name)!;
    const id = this.find(form) ?? this.missing.get(form)?.id;
    if (id !== undefined) return id;
    const record = { id: newId(), row, input: this.kind.record.read({ name }).input, custom_fields: {} };
    this.missing.set(form, record);
    return record.id;
  }

  /** Makes the missing records. */
  async createMissing(changes: RecordChanges, author: Author): Promise<BatchChanges> {
    const created = [...this.missing.values()];
    await changes.applyMany(this.kind.record, author, created, []);
    return { entity: this.kind.record.kind as ImportableEntity, created, updated: [] };
  }

  private find(form: string): string | undefined {
    return this.existing.find({ primary: '', secondary: form })?.id;
  }

  private findFaults(name: string): string[] {
    const id = this.find(this.forms.get(name)!);
    if (id !== undefined) return [this.faultOf.get(id) ?? []].flat();
    try {
      const { lacking } = this.kind.record.read({ name });
      const reasons = [
        ...lacking.map(({ message }) => message),
        ...this.required.map((label) => `${label} is required`),
      ];
      return reasons.map((reason) => `is the name of none, and one cannot be made of a name: ${reason}`);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return error.details.map(({ message }) => `cannot become a record: ${message}`);
    }
  }
}
