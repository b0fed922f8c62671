import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import pLimit from 'p-limit';
import { InvalidInputError } from '../../kernel/domain-error';
import { tooBusy } from '../../kernel/too-busy';
import { authErrors } from './auth.errors';

/**
 * OWASP's argon2id setting with the least memory: 19 MiB, 2 passes, 1 lane. A number, because the enum is a `const
 * enum` of another module.
 */
const cost = { algorithm: 2 as Algorithm, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const costMark = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;
/**
 * Maximum number of hashes at once: two use two cores. With more than fifty waiting, the last would wait for most of a
 * second.
 */
const maxConcurrentHashes = 2;
const maxQueuedHashes = 50;

/** The same for users who are signed in, so that they do not keep others from signing in. */
const maxConcurrentChanges = 1;
const maxQueuedChanges = 25;
const maxChangesPerUser = 5;

const minLength = 8;
const maxLength = 128;
/** Maximum length in UTF-16 units, checked before normalising, which takes long for a million characters. */
const maxCodeUnits = 2_000;
const commonPasswords = new Set(dictionary['passwords-common'].filter((password) => password.length >= minLength));

/**
 * The reason why a password is unfit, or null (NIST SP 800-63B: length and a block list, no rules of composition).
 * Lengths are in code points after NFKC, so that a password is the same from every keyboard.
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

/** @throws InvalidInputError if the password is unfit for the user with this address. */
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

  /** @throws DomainError `rate_limit.exceeded` if too many wait. */
  async hash(password: string): Promise<string> {
    return this.enqueue(() => hash(password.normalize('NFKC'), cost));
  }

  /**
   * Without a hash it takes the same time and answers false, so that timing does not tell which addresses exist.
   *
   * @throws DomainError `rate_limit.exceeded` if too many wait.
   */
  async matches(password: string, kept: string | null): Promise<boolean> {
    const right = await this.enqueue(() => verify(kept ?? this.dummy, password.normalize('NFKC')));
    return right && kept !== null;
  }

  /** Whether the hash was made with another cost than the present one. */
  isOutdated(kept: string): boolean {
    return !kept.startsWith(costMark);
  }

  /**
   * Runs the hashing work of signed-in users, one after the other.
   *
   * @throws DomainError `rate_limit.exceeded` if too many wait, or too many of this user.
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
