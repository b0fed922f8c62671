import type { AccountId } from './account-id';
import type { CursorCodec, Position } from './cursor';
import { InvalidInputError } from './domain-error';

/** @throws InvalidInputError for a cursor that is bad, altered, or of another list or account. */
export function readCursor(
  list: { readonly codec: CursorCodec; readonly name: string; readonly accountId: AccountId },
  cursor: string | undefined,
  field = 'cursor',
): Position | null {
  if (cursor === undefined) return null;
  const position = list.codec.decode(list.name, list.accountId, cursor);
  if (position) return position;
  const message = `${field} must be the next_cursor of an earlier page of this list, unchanged`;
  throw new InvalidInputError([{ field, message }]);
}
