import { viewOf } from '../../platform/records/record-classes';
import { Source } from './source.entity';

export class SourceView extends viewOf('source', Source, []) {}
