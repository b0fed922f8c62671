import { DomainError } from '../../../kernel/domain-error';
import { briefForm } from '../../../kernel/brief-answer';
import { mapInTurns } from '../../map-in-turns';
import { explained, withoutIds } from './bulk-item';
import type { ItemResult } from './bulk-changes';
import type { AnsweredRecord, BulkView, ItemError, ItemView, Outcome } from './bulk.view';

/** Maximum number of bytes of whole records in an answer: 8 MiB. */
export const maxRecordBytes = 8 * 1024 * 1024;
/** The errors of one code are told in full for this many items. */
const maxToldErrors = 100;

type Shown = { readonly id: string; readonly version: number };

/**
 * @param isTriedOut whether nothing was done; then records that would be made have no id.
 * @returns the answer of a bulk. Kept for a repetition, it has ids and versions only if it is large.
 */
export async function bulkAnswer<View extends object>(
  results: readonly ItemResult<View>[],
  returnsRecords: boolean,
  isTriedOut: boolean,
): Promise<BulkView> {
  const counts = { created: 0, updated: 0, unchanged: 0, deleted: 0, failed: 0 };
  const toldErrors = new Map<string, number>();
  const created = new Set<string>();
  let bytes = 0;
  const views = await mapInTurns(results, (result, index): ItemView => {
    if (result instanceof DomainError) {
      counts.failed++;
      const told = (toldErrors.get(result.definition.code) ?? 0) + 1;
      toldErrors.set(result.definition.code, told);
      if (told > maxToldErrors) return { index, ok: false, error: briefError(result) };
      const error = isTriedOut ? withoutIds(explained(result), created) : explained(result);
      return { index, ok: false, error: fullError(error) };
    }
    const { outcome, view } = result;
    counts[outcome]++;
    const record = view as unknown as Shown;
    if (outcome === 'created') created.add(record.id);
    const isWhole = returnsRecords && outcome !== 'deleted' && bytes <= maxRecordBytes;
    if (isWhole) bytes += Buffer.byteLength(JSON.stringify(record));
    const shown = isWhole && bytes <= maxRecordBytes ? record : idAndVersion(record, outcome);
    return { index, ok: true, outcome, record: isTriedOut && created.has(record.id) ? { ...shown, id: null } : shown };
  });
  const answer = {
    results: views,
    created_count: counts.created,
    updated_count: counts.updated,
    unchanged_count: counts.unchanged,
    deleted_count: counts.deleted,
    failed_count: counts.failed,
    ...(bytes > maxRecordBytes ? { records_cut: true as const } : {}),
  };
  return briefForm(answer, () => ({ ...answer, results: views.map(briefItem) }));
}

function idAndVersion({ id, version }: Shown, outcome: Outcome): AnsweredRecord {
  // The event of a deletion has one version more than the record had.
  return { id, version: outcome === 'deleted' ? version + 1 : version };
}

function fullError({ definition, message, details }: DomainError): ItemError {
  return { code: definition.code, message, ...(details?.length ? { details } : {}) };
}

function briefError({ definition }: DomainError): ItemError {
  return { code: definition.code, message: definition.description };
}

function briefItem(item: ItemView): ItemView {
  if (!item.ok) return { ...item, error: { code: item.error.code, message: item.error.message } };
  const { id, version } = item.record;
  return { ...item, record: { id, version } };
}
