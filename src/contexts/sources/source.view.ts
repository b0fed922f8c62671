import { upsertViewOf } from '../../platform/records/bulk/bulk.view';
import { viewOf } from '../../platform/records/record-classes';
import { Source } from './source.entity';

export class SourceView extends viewOf('source', Source, []) {}

export class UpsertedSourceView extends upsertViewOf(SourceView) {}
