import { Global, Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module';
import { BulkChanges } from './bulk/bulk-changes';
import { BulkLookup } from './bulk/bulk-lookup';
import { BulkWriter } from './bulk/bulk-writer';
import { Bulks } from './bulk/bulks';
import { RecordChanges } from './record-changes';
import { RecordStore } from './record-store';
import { UniqueValues } from './unique-values';

/** `CustomFieldRules` comes from the global module of the context `custom-fields`. */
@Global()
@Module({
  imports: [OutboxModule],
  providers: [RecordStore, RecordChanges, UniqueValues, BulkLookup, BulkChanges, BulkWriter, Bulks],
  exports: [RecordStore, RecordChanges, UniqueValues, Bulks],
})
export class RecordsModule {}
