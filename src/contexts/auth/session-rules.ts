import type { AccountId } from '../../kernel/account-id';
import type { Role, TokenPair } from '../../kernel/caller';

const seconds = 1_000;
/** Milliseconds. Two tabs, or a client that lost the answer, use the same refresh token a moment apart. */
const reuseWindowMs = 10 * seconds;
/** Milliseconds. Two tabs with a sibling each use them a moment apart. */
const retirementGraceMs = 60 * seconds;

/** What decides whether the bearer of an access token may enter. */
export interface SessionState {
  readonly role: Role;
  readonly is_verified: boolean;
  readonly deactivated_at: Date | null;
  readonly ended_at: Date | null;
  readonly expires_at: Date;
  readonly token_generation: number;
  readonly pairs_ended_at: Date | null;
  readonly kept_pair_id: string | null;
}

/** What decides whether a refresh token may be exchanged. */
export interface TokenState extends SessionState {
  readonly account_id: AccountId;
  readonly session_id: string;
  readonly user_id: string;
  readonly pair_id: string | null;
  /** The session's generation when the token was issued. */
  readonly issued_generation: number;
  readonly issued_at: Date;
  readonly token_expires_at: Date;
  readonly used_at: Date | null;
  readonly parent_hash: Buffer | null;
  /** When the token itself or one of its siblings was used. */
  readonly sibling_used_at: Date | null;
}

export type RefreshVerdict = 'good' | 'stolen' | 'deactivated' | 'invalid';

export function isLive({ ended_at, expires_at }: SessionState, now: Date): boolean {
  return ended_at === null && expires_at > now;
}

/** Deactivation ends sessions. A session that was live then still tells its bearer why it ended. */
export function isDeactivated({ deactivated_at, ended_at, expires_at }: SessionState, now: Date): boolean {
  if (deactivated_at === null || expires_at <= now) return false;
  return ended_at === null || ended_at >= deactivated_at;
}

/**
 * Whether no change of the password has ended the pair. Tokens of release 0.1.0 count as one pair. During a rolling upgrade
 * that release may issue more of them in a session whose pairs this release has ended; the time tells. A generation may
 * be later than that of a state that was remembered.
 */
export function isCurrent(session: SessionState, { id, generation, issued_at }: TokenPair): boolean {
  const { token_generation, pairs_ended_at, kept_pair_id } = session;
  if (pairs_ended_at === null || id === kept_pair_id) return true;
  return id === null ? issued_at >= pairs_ended_at : generation >= token_generation;
}

/**
 * Judges the use of a refresh token. Used again later than 10 s after its first use, or later than 60 s after its
 * retirement, it counts as stolen.
 */
export function judgeRefresh(token: TokenState, now: Date): RefreshVerdict {
  const { pair_id: id, issued_generation: generation, issued_at, used_at, sibling_used_at } = token;
  if (token.token_expires_at <= now || !isCurrent(token, { id, generation, issued_at })) return 'invalid';
  if (used_at) {
    if (isLonger(reuseWindowMs, used_at, now)) return 'stolen';
  } else if (sibling_used_at) {
    return isLonger(retirementGraceMs, sibling_used_at, now) ? 'stolen' : 'invalid';
  }
  if (isDeactivated(token, now)) return 'deactivated';
  return isLive(token, now) ? 'good' : 'invalid';
}

function isLonger(milliseconds: number, since: Date, now: Date): boolean {
  return now.getTime() - since.getTime() > milliseconds;
}
