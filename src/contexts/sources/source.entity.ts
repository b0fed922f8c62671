import { Entity } from 'typeorm';
import { ServerTimeField, TextField } from '../../platform/records/field-kinds';
import { RecordRow } from '../../platform/records/record-row';
import { sourcesErrors } from './sources.errors';

const { name_required } = sourcesErrors;

/** Where contacts come from: "Website", "Trade fair". */
@Entity('sources')
export class Source extends RecordRow {
  @TextField({
    max: 200,
    required: name_required,
    label: 'Name',
    description: 'What people call it.',
    example: 'Trade fair',
  })
  name!: string;

  @ServerTimeField({ description: 'Since when it is not offered any more.' })
  archived_at!: Date | null;
}
