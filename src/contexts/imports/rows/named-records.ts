import type { NewRecord, ReadInput } from '../../../kernel/bulk';
import { type ErrorDetail, InvalidInputError } from '../../../kernel/domain-error';
import { newId } from '../../../platform/database/ids';

interface Found {
  readonly id: string | undefined;
  readonly fault?: string | undefined;
}

/** Companies or sources that rows of a batch name: they are found, or made when the first row that names one is applied. */
export class NamedRecords<Input> {
  private readonly making = new Map<string, NewRecord<Input> & { readonly row: number }>();
  private readonly faults = new Map<string, readonly string[]>();

  /**
   * @param forms of all the names.
   * @param find a record by the form of its name.
   * @param read the rules of a new record.
   * @param alwaysLacking what every new one would lack that has nothing but a name.
   */
  constructor(
    private readonly forms: ReadonlyMap<string, string>,
    private readonly find: (form: string) => Found,
    private readonly read: (name: string) => ReadInput<Input>,
    private readonly alwaysLacking: readonly ErrorDetail[],
  ) {}

  /** @param field what the details are to name. */
  faultsOf(field: string, name: string): ErrorDetail[] {
    let faults = this.faults.get(name);
    if (!faults) {
      faults = this.judge(name);
      this.faults.set(name, faults);
    }
    return faults.map((fault) => ({ field, message: `${field} ${fault}` }));
  }

  /** @param row the first one for which it is made is remembered. */
  idOf(name: string, row: number): string {
    const form = this.forms.get(name)!;
    const id = this.find(form).id ?? this.making.get(form)?.id;
    if (id !== undefined) return id;
    const record = { id: newId(), row, input: this.read(name).input, custom_fields: {} };
    this.making.set(form, record);
    return record.id;
  }

  made(): (NewRecord<Input> & { readonly row: number })[] {
    return [...this.making.values()];
  }

  private judge(name: string): string[] {
    const { id, fault } = this.find(this.forms.get(name) ?? '');
    if (fault !== undefined) return [fault];
    if (id !== undefined) return [];
    try {
      this.read(name);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return error.details.map(({ message }) => `cannot become a record: ${message}`);
    }
    return this.alwaysLacking.map(({ message }) => `is the name of none, and one cannot be made of a name: ${message}`);
  }
}
