import { Global, Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module';
import { RecordChanges } from './record-changes';
import { RecordStore } from './record-store';

/** `CustomFieldRules` comes from the context `custom-fields`, which is global for that. */
@Global()
@Module({ imports: [OutboxModule], providers: [RecordStore, RecordChanges], exports: [RecordStore, RecordChanges] })
export class RecordsModule {}
