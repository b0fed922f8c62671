/** Which records have a value, in the form for comparisons, while items of a bulk change it. */
export class MatchIndex {
  private readonly idsByForm = new Map<string, Set<string>>();
  private readonly formById = new Map<string, string>();

  /** @returns the ids of the records with the form. */
  find(form: string): readonly string[] {
    return [...(this.idsByForm.get(form) ?? [])];
  }

  /** @param form `""`: the record has none any more. */
  set(id: string, form: string): void {
    const before = this.formById.get(id);
    if (before !== undefined) this.idsByForm.get(before)!.delete(id);
    this.formById.delete(id);
    if (form === '') return;
    this.formById.set(id, form);
    const ids = this.idsByForm.get(form);
    if (ids) ids.add(id);
    else this.idsByForm.set(form, new Set([id]));
  }
}
