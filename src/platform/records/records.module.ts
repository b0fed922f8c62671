import { Global, Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module';
import { RecordChanges } from './record-changes';
import { RecordStore } from './record-store';

/** `CustomFieldRules` comes from the global module of the context `custom-fields`. */
@Global()
@Module({ imports: [OutboxModule], providers: [RecordStore, RecordChanges], exports: [RecordStore, RecordChanges] })
export class RecordsModule {}
