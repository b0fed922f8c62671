import { Global, Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module';
import { RecordChanges } from './record-changes';
import { RecordStore } from './record-store';
import { UniqueValues } from './unique-values';

/** `CustomFieldRules` comes from the global module of the context `custom-fields`. */
@Global()
@Module({
  imports: [OutboxModule],
  providers: [RecordStore, RecordChanges, UniqueValues],
  exports: [RecordStore, RecordChanges, UniqueValues],
})
export class RecordsModule {}
