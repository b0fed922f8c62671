import type { NewRecord } from '../../../platform/records/many-records';
import type { Author } from '../../../kernel/caller';
import { type ErrorDetail, InvalidInputError } from '../../../kernel/domain-error';
import type { ImportableEntity } from '../../../kernel/record-kinds';
import { newId } from '../../../platform/database/ids';
import type { FoundRecord, Importable } from '../../../platform/records/importable';
import type { RecordChanges } from '../../../platform/records/record-changes';
import type { BatchChanges } from './batch-changes';
import { DuplicateIndex } from './duplicate-index';

/** Records of another kind that rows of a batch name: they are found, or made when the first row that names one is applied. */
export class ReferenceResolver {
  private readonly existing: DuplicateIndex;
  private readonly faultOf: ReadonlyMap<string, string | undefined>;
  private readonly missing = new Map<string, NewRecord & { readonly row: number }>();
  private readonly faults = new Map<string, readonly string[]>();

  /**
   * @param forms of all the names.
   * @param found with these forms.
   * @param alwaysLacking what every new one would lack that has nothing but a name.
   */
  constructor(
    private readonly kind: Importable,
    private readonly forms: ReadonlyMap<string, string>,
    found: readonly FoundRecord[],
    private readonly alwaysLacking: readonly ErrorDetail[],
  ) {
    this.existing = new DuplicateIndex(found);
    this.faultOf = new Map(found.map(({ id, fault }) => [id, fault]));
  }

  /** @param field what the details are to name. */
  faultsOf(field: string, name: string): ErrorDetail[] {
    let faults = this.faults.get(name);
    if (!faults) {
      faults = this.findFaults(name);
      this.faults.set(name, faults);
    }
    return faults.map((fault) => ({ field, message: `${field} ${fault}` }));
  }

  /** @param row the first one for which it is made is remembered. */
  idOf(name: string, row: number): string {
    const form = this.forms.get(name)!;
    const id = this.find(form) ?? this.missing.get(form)?.id;
    if (id !== undefined) return id;
    const record = { id: newId(), row, input: this.kind.record.read({ name }).input, custom_fields: {} };
    this.missing.set(form, record);
    return record.id;
  }

  /** Makes those that were named and that there were not. */
  async createMissing(changes: RecordChanges, author: Author): Promise<BatchChanges> {
    const created = [...this.missing.values()];
    await changes.createMany(this.kind.record, author, created);
    return { entity: this.kind.record.kind as ImportableEntity, created, updated: [] };
  }

  private find(form: string): string | undefined {
    return this.existing.find({ name: form, domain: '' });
  }

  private findFaults(name: string): string[] {
    const id = this.find(this.forms.get(name)!);
    if (id !== undefined) return [this.faultOf.get(id) ?? []].flat();
    try {
      const { lacking } = this.kind.record.read({ name });
      return [...lacking, ...this.alwaysLacking].map(
        ({ message }) => `is the name of none, and one cannot be made of a name: ${message}`,
      );
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return error.details.map(({ message }) => `cannot become a record: ${message}`);
    }
  }
}
