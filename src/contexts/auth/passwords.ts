import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import pLimit from 'p-limit';
import { InvalidInputError } from '../../kernel/domain-error';
import { tooBusy } from '../../kernel/too-busy';
import { authErrors } from './auth.errors';

/** OWASP's argon2id setting with the least memory: 19 MiB, 2 passes, 1 lane. The enum is a `const enum` of another module. */
const cost = { algorithm: 2 as Algorithm, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const costMark = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;
/** Two at once fill two cores; behind a queue of fifty the last would wait for most of a second. */
const maxConcurrentHashes = 2;
const maxQueuedHashes = 50;

/** For those who are signed in already: they must not keep others from signing in. */
const maxConcurrentChanges = 1;
const maxQueuedChanges = 25;
const maxChangesPerUser = 5;

const minLength = 8;
const maxLength = 128;
/** In UTF-16 units, so that nobody makes us normalise a million characters. */
const maxCodeUnits = 2_000;
const commonPasswords = new Set(dictionary['passwords-common'].filter((password) => password.length >= minLength));

/**
 * Why a password cannot be used, or null (NIST SP 800-63B: length and a block list, no rules of composition). Lengths are
 * in code points after NFKC, so that the same password typed on another keyboard is the same.
 */
export function weaknessOf(password: string, email?: string): string | null {
  const unfit = `must have ${minLength} to ${maxLength} characters`;
  if (password.length > maxCodeUnits) return unfit;
  const normal = password.normalize('NFKC');
  const length = [...normal].length;
  if (length < minLength || length > maxLength) return unfit;
  const plain = normal.toLowerCase();
  if (plain === email?.normalize('NFKC').toLowerCase()) return 'must not be the e-mail address';
  if (/^tideline[^a-z]*$/.test(plain)) return 'must not be the name of the product';
  if (commonPasswords.has(plain)) return 'is one of the most common passwords: choose another';
  return null;
}

/** @throws InvalidInputError when the password cannot be used by the person with this address. */
export function assertStrong(field: string, password: string, email: string): void {
  const weakness = weaknessOf(password, email);
  if (weakness) throw new InvalidInputError([{ field, message: `${field} ${weakness}` }], authErrors.invalid_request);
}

/** Hashes and checks passwords, a few at a time. */
@Injectable()
export class Passwords implements OnModuleInit {
  private readonly limit = pLimit(maxConcurrentHashes);
  private readonly changes = pLimit(maxConcurrentChanges);
  private readonly changesByUser = new Map<string, number>();
  private dummy = '';

  async onModuleInit(): Promise<void> {
    this.dummy = await this.hash('a password that nobody has');
  }

  /** @throws DomainError `rate_limit.exceeded` when too many wait already. */
  async hash(password: string): Promise<string> {
    return this.enqueue(() => hash(password.normalize('NFKC'), cost));
  }

  /**
   * Without a hash it takes as long and answers false, so that timing does not tell who exists.
   *
   * @throws DomainError `rate_limit.exceeded` when too many wait already.
   */
  async matches(password: string, kept: string | null): Promise<boolean> {
    const right = await this.enqueue(() => verify(kept ?? this.dummy, password.normalize('NFKC')));
    return right && kept !== null;
  }

  /** Whether the hash was made with an earlier cost. */
  isOutdated(kept: string): boolean {
    return !kept.startsWith(costMark);
  }

  /**
   * Does what signed-in users want hashed, one after the other.
   *
   * @throws DomainError `rate_limit.exceeded` when too many wait already, or too many of this user.
   */
  async runChange<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const own = this.changesByUser.get(userId) ?? 0;
    if (own >= maxChangesPerUser || this.changes.pendingCount >= maxQueuedChanges) throw tooBusy();
    this.changesByUser.set(userId, own + 1);
    try {
      return await this.changes(work);
    } finally {
      const left = this.changesByUser.get(userId)! - 1;
      if (left > 0) this.changesByUser.set(userId, left);
      else this.changesByUser.delete(userId);
    }
  }

  private async enqueue<T>(work: () => Promise<T>): Promise<T> {
    if (this.limit.pendingCount >= maxQueuedHashes) throw tooBusy();
    return this.limit(work);
  }
}
