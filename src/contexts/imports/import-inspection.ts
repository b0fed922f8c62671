import { Inject, Injectable } from '@nestjs/common';
import { InvalidInputError } from '../../kernel/domain-error';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { newId } from '../../platform/database/ids';
import { Metrics } from '../../platform/metrics/metrics';
import { Importables } from '../../platform/records/importables';
import { type Conversion, convertFile } from '../../platform/tables/conversion';
import { detectEncoding } from '../../platform/tables/encoding-detection';
import { convertibleFormatOf } from '../../platform/tables/file-formats';
import { inspectConverted, type InspectedTable, inspectTable } from '../../platform/tables/table-inspection';
import { type Chunks, readSample, type TableChoice } from '../../platform/tables/table-reader';
import { UnreadableFile } from '../../platform/tables/unreadable-file';
import { conversionSlots, inspectionSlots, maxSmallBytes } from './file-slots';
import type { Import, InspectedShape } from './import.entity';
import { chunkBytes, ImportFilesRepository } from './import-files.repository';
import { ImportFilesService } from './import-files.service';
import { stateError } from './imports.errors';
import { findingsOf, partToLookAt } from './rows/column-findings';
import { knownColumnsOf, knownHeaders } from './rows/column-names';
import { isOwnExport } from './rows/row-reader';

export type Inspected = Omit<InspectedTable, 'shape'> &
  Pick<Import, 'upload_id' | 'original_id'> & { readonly shape: InspectedShape };

/** Looks through files: tables as they are, others after they were converted. */
@Injectable()
export class ImportInspection {
  /** Running inspections by upload and options. A repeated request during an inspection gets the same answer. */
  private readonly inspecting = new Map<string, Promise<Inspected>>();

  private readonly inspections: ReturnType<typeof inspectionSlots>;
  private readonly conversions: ReturnType<typeof conversionSlots>;

  constructor(
    private readonly files: ImportFilesService,
    private readonly chunks: ImportFilesRepository,
    private readonly importables: Importables,
    metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    const { waitingBytes } = config.importLimits;
    const inspections = (this.inspections = inspectionSlots(waitingBytes));
    const conversions = (this.conversions = conversionSlots(waitingBytes));
    metrics.gauge('import_inspections', 'Files that are being looked through.', async () => inspections.inUse);
    metrics.gauge(
      'import_inspections_waiting',
      'Files that wait to be looked through, with a client who waits for it.',
      async () => inspections.waiting,
    );
    metrics.gauge('import_conversions', 'Files that are being turned into tables.', async () => conversions.inUse);
    metrics.gauge(
      'import_conversions_waiting',
      'Files that wait to be turned into tables, with a client who waits for it.',
      async () => conversions.waiting,
    );
  }

  /**
   * Inspects the import's file once for the same options; the result is kept with it.
   *
   * @throws DomainError if the file is not a table and cannot become one; `rate_limit.exceeded` if too many wait.
   */
  async inspect(job: Import, choice: TableChoice): Promise<Inspected> {
    const { shape, total_rows, upload_id, original_id } = job;
    const chosen = JSON.stringify(choice);
    if (shape?.columns && total_rows !== null && JSON.stringify(shape.choice) === chosen) {
      const sample_rows = await readSample(this.files.chunksOf(job, upload_id!), shape);
      return { shape: { ...shape, columns: shape.columns }, total_rows, sample_rows, upload_id, original_id };
    }
    const key = `${uploadOf(job)} ${chosen}`;
    const inspecting =
      this.inspecting.get(key) ?? this.inspectAnew(job, choice).finally(() => this.inspecting.delete(key));
    this.inspecting.set(key, inspecting);
    return inspecting;
  }

  private async inspectAnew(job: Import, choice: TableChoice): Promise<Inspected> {
    try {
      const upload = uploadOf(job);
      const bytes = await this.chunks.bytes(job, upload);
      const format = convertibleFormatOf((await this.chunks.find(job, upload, 0)) ?? Buffer.alloc(0));
      if (format) return await this.inspectConverted(job, bytes, choice, format);
      // Any other file is its own first sheet.
      if (choice.sheet !== 1) assertNothingChosen(choice, ['sheet'], 'files that are no workbooks');
      const chunks = this.files.chunksOf(job, upload);
      const inspected = await this.inTurn(job, bytes, chunks, (terms) => inspectTable(chunks, ...terms, choice));
      return { ...inspected, upload_id: upload, original_id: null };
    } catch (error) {
      throw error instanceof UnreadableFile ? stateError(error.message) : error;
    }
  }

  /** Keeps the table beside the upload. What is left of a conversion that broke off is removed like a broken upload. */
  private async inspectConverted(
    job: Import,
    bytes: number,
    choice: TableChoice,
    format: Conversion['format'],
  ): Promise<Inspected> {
    if (format === 'vcard') assertAreCards(job, choice);
    else assertNothingChosen(choice, ['encoding', 'delimiter'], 'workbooks');
    const original = uploadOf(job);
    const table = newId();
    try {
      const work = () => this.convert(job, { id: original, bytes }, table, format, choice);
      const converted = await this.conversions.run(job.account_id, 'conversion', work, bytes);
      const chunks = this.files.chunksOf(job, table);
      const origin = { choice, converted_from: converted.conversion };
      const inspected = await this.inTurn(job, converted.bytes, chunks, (terms) =>
        inspectConverted(chunks, ...terms, origin),
      );
      return { ...inspected, upload_id: table, original_id: original };
    } catch (error) {
      await this.chunks.removeUpload(job, table).catch(() => undefined);
      throw error;
    }
  }

  private async convert(
    job: Import,
    original: { readonly id: string; readonly bytes: number },
    table: string,
    format: Conversion['format'],
    choice: TableChoice,
  ): Promise<{ readonly conversion: Conversion; readonly bytes: number }> {
    const conversion = format === 'vcard' ? await this.conversionOfCards(job, choice) : { format, sheet: choice.sheet };
    const file = {
      size: original.bytes,
      chunkSize: chunkBytes,
      chunk: async (number: number) => {
        const chunk = await this.chunks.find(job, original.id, number);
        if (!chunk) throw goneMeanwhile();
        return chunk;
      },
    };
    const { bytes } = this.config.importLimits;
    const written = this.files.writerOf(job, table, bytes);
    await convertFile(file, conversion, async (piece) => {
      if (written.total + piece.length > bytes)
        throw new UnreadableFile(`The table in the file is larger than ${bytes} bytes: divide it.`);
      await written.add(piece);
    });
    await written.end();
    if ((await this.chunks.count(job, table)) !== written.count) throw goneMeanwhile();
    return { conversion, bytes: written.total };
  }

  private async conversionOfCards(job: Import, { encoding }: TableChoice): Promise<Conversion> {
    const detection = await detectEncoding(this.files.chunksOf(job, uploadOf(job))(), encoding);
    if ('refused' in detection) throw new UnreadableFile(detection.refused);
    return { format: 'vcard', encoding: detection.encoding };
  }

  /** Looks through a table of so many bytes, and then at the cells of its first rows. */
  private inTurn(
    { account_id, model_type }: Import,
    bytes: number,
    chunks: Chunks,
    look: (terms: readonly [maxRows: number, isKnownHeader: (header: string) => boolean]) => Promise<InspectedTable>,
  ): Promise<InspectedTable & { readonly shape: InspectedShape }> {
    const of = bytes <= maxSmallBytes ? 'small' : 'large';
    const work = async () => {
      const table = await look([this.config.importLimits.rows, knownHeaders(this.importables.all())]);
      const { headers } = table.shape;
      const rows = await readSample(chunks, table.shape, partToLookAt(headers.length));
      const known = knownColumnsOf(this.importables.of(model_type));
      const columns = await findingsOf(headers, rows, known, isOwnExport(headers));
      return { ...table, shape: { ...table.shape, columns } };
    };
    return this.inspections.run(account_id, of, work, bytes);
  }
}

/** @returns the upload that the caller sent. */
export function uploadOf({ upload_id, original_id }: Pick<Import, 'upload_id' | 'original_id'>): string {
  return original_id ?? upload_id!;
}

function goneMeanwhile() {
  return stateError('The file was looked through by another call in the meantime. Try again.');
}

function assertAreCards({ model_type }: Import, choice: TableChoice): void {
  if (model_type !== 'contacts') throw new UnreadableFile('vCards are contacts: import them as contacts.');
  assertNothingChosen(choice, ['delimiter', 'has_header', 'header_row', 'sheet'], 'vCards');
}

/** @throws InvalidInputError if the caller said what a file of this kind does not have. */
function assertNothingChosen(choice: TableChoice, options: readonly (keyof TableChoice)[], files: string): void {
  const details = options
    .filter((option) => choice[option] !== undefined)
    .map((field) => ({ field, message: `${field} does not apply to ${files}` }));
  if (details.length > 0) throw new InvalidInputError(details);
}
