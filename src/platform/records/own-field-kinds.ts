import {
  authorDescription,
  exampleIds,
  IdValue,
  ReferenceValue,
  TimestampValue,
  VersionValue,
} from '../fields/view-fields';
import { RecordField } from './declared-fields';
import type { ReferenceDeclaration } from './reference-targets';

/** The fields that every record has, and that only the server sets. */

/** The id of the record itself; `viewOf` shows the example of its kind. */
export function IdField(): PropertyDecorator {
  return RecordField({ column: { type: 'uuid', primary: true }, value: IdValue(exampleIds.contact) });
}

/** The id of the account that the record belongs to. */
export function AccountIdField(): PropertyDecorator {
  return RecordField({ column: { type: 'uuid' }, value: IdValue(exampleIds.account) });
}

/** The user who made the record. @param name the field of answers with the user's name, where there is one. */
export function AuthorField({ name }: Pick<ReferenceDeclaration, 'name'> = {}): PropertyDecorator {
  return RecordField({
    column: { type: 'uuid', nullable: true },
    value: ReferenceValue(exampleIds.user, authorDescription),
    ...(name ? { reference: { to: 'user', name } } : {}),
  });
}

/** When the record was made, or last changed. */
export function ChangeTimeField(): PropertyDecorator {
  return RecordField({ column: { type: 'timestamptz', precision: 3 }, value: TimestampValue() });
}

/** How often the record was changed since it was made, plus 1. */
export function VersionField(): PropertyDecorator {
  return RecordField({
    column: { type: 'bigint' },
    value: VersionValue(3, 'One more with each change; 1 when it was made. See `If-Match`.'),
  });
}

/** In which version each field was last changed (`record-versions.ts`). */
export function FieldVersionsField(): PropertyDecorator {
  return RecordField({ column: { type: 'jsonb' }, initial: {} });
}
