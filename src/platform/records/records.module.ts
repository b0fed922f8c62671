import { Global, Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module';
import { BulkChanges } from './bulk/bulk-changes';
import { BulkLookup } from './bulk/bulk-context';
import { Bulks } from './bulk/bulks';
import { RecordChanges } from './record-changes';
import { RecordStore } from './record-store';

/** `CustomFieldRules` comes from the global module of the context `custom-fields`. */
@Global()
@Module({
  imports: [OutboxModule],
  providers: [RecordStore, RecordChanges, BulkLookup, BulkChanges, Bulks],
  exports: [RecordStore, RecordChanges, Bulks],
})
export class RecordsModule {}
