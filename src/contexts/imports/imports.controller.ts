import { Body, Controller, Get, Param, Post, Put, Query, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../kernel/caller';
import type { Page } from '../../kernel/page';
import { ConnectionsAsNeeded } from '../../platform/admission/connections-as-needed';
import { IdempotentWrites, OwnTransactions } from '../../platform/idempotency/idempotent-write';
import { ApiBinaryBody, ApiEndpoint, ApiOptionalBody } from '../../platform/openapi/openapi';
import { CurrentCaller, Public, Slow } from '../../platform/http/request';
import { type Upload, Uploaded } from '../../platform/server/upload';
import { ImportConfirmation } from './import-confirmation';
import { ConfirmImportInput } from './import-confirmation.dto';
import { ImportFilesService } from './import-files.service';
import { ImportOptionsView } from './import-options.view';
import { ImportResultsService } from './import-results.service';
import { ImportRowView } from './import-row.view';
import { CreatedImportView, ImportErrorView, ImportView, UploadedImportView } from './import.view';
import {
  CompleteUploadInput,
  CreateImportInput,
  ListImportRowsInput,
  ListImportsInput,
  UploadInput,
} from './imports.dto';
import { importsErrors } from './imports.errors';
import { ImportsService } from './imports.service';

const { not_found } = importsErrors;

@ApiTags('imports')
@Controller('imports')
@IdempotentWrites()
export class ImportsController {
  constructor(
    private readonly imports: ImportsService,
    private readonly files: ImportFilesService,
    private readonly confirmation: ImportConfirmation,
    private readonly results: ImportResultsService,
  ) {}

  @Post()
  @ApiEndpoint({
    summary: 'Begin an import',
    description: 'Step 1 of 5. The answer tells where to send the file.',
    result: CreatedImportView,
  })
  create(@CurrentCaller() caller: Caller, @Body() input: CreateImportInput): Promise<CreatedImportView> {
    return this.imports.create(caller, input);
  }

  @Put(':id/upload')
  @Public()
  @ConnectionsAsNeeded('background')
  @ApiBinaryBody()
  @ApiEndpoint({
    summary: 'Send the file',
    description:
      'Step 2 of 5. The address is `upload_url` of step 1, signed and good for an hour; the body is the bytes of the file, of ' +
      'any content type, or a multipart form with the file. An upload that breaks off leaves what was there before it; ' +
      'another one takes its place.',
    result: null,
  })
  upload(
    @Param('id') id: string,
    @Query() { expires, signature }: UploadInput,
    @Uploaded() sent: Upload,
  ): Promise<void> {
    return this.files.upload(id, expires, signature, sent);
  }

  @Post(':id/complete-upload')
  @OwnTransactions()
  @ApiOptionalBody(CompleteUploadInput)
  @ConnectionsAsNeeded('background')
  @ApiEndpoint({
    summary: 'Preview the file',
    description:
      'Step 3 of 5. The whole file is looked through: a table of text, in Unicode or an older code page, with comma, semicolon, ' +
      'tab, bar or caret between cells; an XLSX workbook; or vCards of contacts. May be repeated, with other options too, until ' +
      'the import is confirmed.',
    result: UploadedImportView,
    raises: [not_found],
  })
  completeUpload(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() input: CompleteUploadInput,
  ): Promise<UploadedImportView> {
    return this.imports.completeUpload(caller, id, input);
  }

  @Post(':id/confirm')
  @Slow()
  @ApiEndpoint({
    summary: 'Run an import, or try it out',
    description:
      'Step 4 of 5. What is wrong with the options is told at once. After a dry run the same job may be confirmed again within 24 hours.',
    result: ImportView,
    raises: [not_found],
  })
  confirm(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() input: ConfirmImportInput,
  ): Promise<ImportView> {
    return this.confirmation.confirm(caller, id, input);
  }

  @Get(':id')
  @ApiEndpoint({
    summary: 'Get an import',
    description: 'Step 5 of 5. The counters move while it runs.',
    result: ImportView,
    raises: [not_found],
  })
  get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ImportView> {
    return this.imports.get(caller, id);
  }

  @Get()
  @ApiEndpoint({ summary: 'List imports', description: 'Newest first.', result: { page: ImportView } })
  list(@CurrentCaller() caller: Caller, @Query() input: ListImportsInput): Promise<Page<ImportView>> {
    return this.imports.list(caller, input);
  }

  @Get(':id/again')
  @ApiEndpoint({
    summary: 'Get the options of an import',
    description: 'With which it was confirmed, as a body to confirm the next file with.',
    result: ImportOptionsView,
    raises: [not_found],
  })
  again(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ImportOptionsView> {
    return this.confirmation.again(caller, id);
  }

  @Get(':id/rows')
  @ApiEndpoint({
    summary: 'List what became of rows',
    description:
      'In the order of the file, lines that are no rows first. Rows that were skipped have the record that they met. Kept for 7 days ' +
      'after the end; of a dry run until the import is confirmed again.',
    result: { page: ImportRowView },
    raises: [not_found],
  })
  listRows(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() input: ListImportRowsInput,
  ): Promise<Page<ImportRowView>> {
    return this.results.listRows(caller, id, input);
  }

  @Get(':id/errors')
  @ApiEndpoint({
    summary: 'List what was wrong with rows',
    description: 'In the order of the rows; kept for 30 days. After an undoing also what it left alone.',
    result: { page: ImportErrorView },
    raises: [not_found],
  })
  listErrors(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() input: ListImportsInput,
  ): Promise<Page<ImportErrorView>> {
    return this.results.listErrors(caller, id, input);
  }

  @Get(':id/errors.csv')
  @ApiEndpoint({
    summary: 'Get the refused rows as a file',
    description:
      'To be corrected and imported again: the columns of the file, and behind them `import_error`. No envelope. Cells that a ' +
      'spreadsheet would take for formulas begin with an apostrophe, which is taken off again when the file comes back.',
    result: 'csv',
    raises: [not_found],
  })
  async errorsFile(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<StreamableFile> {
    const disposition = `attachment; filename="import-errors-${id}.csv"`;
    return new StreamableFile(await this.results.errorsFile(caller, id), {
      type: 'text/csv; charset=utf-8',
      disposition,
    });
  }

  @Post(':id/cancel')
  @Slow()
  @ApiEndpoint({
    summary: 'Cancel an import',
    description: 'At once: what was done stays, and is counted.',
    result: ImportView,
    raises: [not_found],
  })
  cancel(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ImportView> {
    return this.imports.cancel(caller, id);
  }

  @Post(':id/undo')
  @ApiEndpoint({
    summary: 'Undo an import',
    description:
      'Within 7 days: records that it made are deleted; those that it changed get their earlier values back, unless they were ' +
      'changed since, which `conflict_count` counts and GET /imports/:id/errors lists.',
    result: ImportView,
    raises: [not_found],
  })
  undo(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ImportView> {
    return this.imports.undo(caller, id);
  }
}
