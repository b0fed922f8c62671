import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { AccountId } from '../../kernel/account-id';
import { briefFormOf } from '../../kernel/brief-answer';
import type { Caller } from '../../kernel/caller';
import { DomainError } from '../../kernel/domain-error';
import type { GuardedRequest } from '../http/request';
import { idempotencyErrors } from './idempotency.errors';

export const idempotencyHeader = 'idempotency-key';

/** The key of a request, and what tells whether another request with it is the same. */
export interface IdempotencyKey {
  readonly account_id: AccountId;
  /** The id of the user or of the app. */
  readonly caller_id: string;
  readonly key: string;
  /** SHA-256. Two requests with one hash are the same. */
  readonly request_hash: Buffer;
}

/** An answer as it was stored. */
export interface StoredAnswer {
  readonly request_hash: Buffer;
  readonly result: object;
  /** Whether the result has only ids and versions, because it was too large to be kept. */
  readonly isCut: boolean;
}

/** A request with a key, from `IdempotencyKeyGuard` on. */
export interface KeyedRequest extends GuardedRequest {
  idempotencyKey?: string;
  /** The answer, if the request was answered before. */
  storedAnswer?: StoredAnswer;
}

const visibleAscii = /^[\x21-\x7e]{1,255}$/;
/** A string of structured fields (RFC 8941, 3.3.3), which needs no escapes unless it has quotes or backslashes. */
const quoted = /^"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/**
 * Reads the header. Node joins several of them with a comma and a space, and no key has a space.
 *
 * @throws DomainError `idempotency.invalid_key`.
 */
export function readKey(header: string | readonly string[]): string {
  const text = String(header);
  const key = text.startsWith('"') ? quoted.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1') : text;
  if (key === undefined || !visibleAscii.test(key)) throw new DomainError(idempotencyErrors.invalid_key);
  return key;
}

/** @param key the one that `readKey` has read. */
export function keyOf({ caller, method, url, rawBody }: KeyedRequest, key: string): IdempotencyKey {
  const hash = createHash('sha256').update(`${method} ${url}\n`);
  if (rawBody) hash.update(rawBody);
  return { account_id: caller!.account_id, caller_id: idOf(caller!), key, request_hash: hash.digest() };
}

function idOf(caller: Caller): string {
  return caller.kind === 'user' ? caller.user_id : caller.app_id;
}

/** @throws DomainError `idempotency.key_reused` if the answer is that of another request. */
export function assertSame({ request_hash }: IdempotencyKey, stored: StoredAnswer): void {
  if (!stored.request_hash.equals(request_hash)) throw new DomainError(idempotencyErrors.key_reused);
}

/** Tells how the answer came about, and gives the result. */
export function replay(reply: FastifyReply, { result, isCut }: StoredAnswer): object {
  void reply.header('idempotency-replayed', isCut ? 'ids' : 'true');
  return result;
}

/** @returns the ids and versions in a result, for the case that the rest is not kept. */
export function idsIn(result: object): object {
  const brief = briefFormOf(result);
  if (brief) return brief;
  const { id, version } = result as { readonly id?: unknown; readonly version?: unknown };
  if (id !== undefined) return version === undefined ? { id } : { id, version };
  const parts = Object.entries(result).flatMap(([name, part]): [string, object][] => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return [];
    const ids = idsIn(part as object);
    return Object.keys(ids).length > 0 ? [[name, ids]] : [];
  });
  return Object.fromEntries(parts);
}
