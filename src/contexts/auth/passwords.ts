import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import { InvalidInputError } from '../../kernel/domain-error';
import { FairSlots } from '../../platform/fairness/fair-slots';
import { authErrors } from './auth.errors';

/**
 * OWASP's argon2id setting with the least memory: 19 MiB, 2 passes, 1 lane. A number, because the enum is a `const
 * enum` of another module.
 */
const cost = { algorithm: 2 as Algorithm, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const costMark = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;
/** For what a password is hashed. Resets and accepted invitations count as sign-ins: a mailed token is needed for each. */
type HashUse = 'sign_in' | 'registration' | 'change';

/** Who takes a turn at hashing, and for what. */
export interface HashTurn {
  readonly use: HashUse;
  /** The address of a client who is not signed in (`ClientAddress`), or the id of a user. */
  readonly owner: string;
}

/**
 * Two hashes at once use two cores; one of the two is kept for sign-ins. With more than fifty waiting, the last would wait
 * for most of a second.
 */
const hashSlots = {
  name: 'password hashes',
  slots: 2,
  maxPerOwner: 2,
  // Fifty before one are done within two seconds.
  timeoutMs: null,
  maxWaiting: 125,
  maxWaitingPerOwner: 50,
  classes: {
    sign_in: { reserved: 1, maxWaiting: 50 },
    registration: { maxPerOwner: 1, maxWaiting: 50 },
    change: { maxPerOwner: 1, maxWaiting: 25 },
  },
};

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

/** Hashes and checks passwords, a few at a time, by client in turn. */
@Injectable()
export class Passwords implements OnModuleInit {
  private readonly slots = new FairSlots<HashUse>(hashSlots);
  private dummy = '';

  async onModuleInit(): Promise<void> {
    this.dummy = await hash('a password that nobody has', cost);
  }

  /** @throws DomainError `rate_limit.exceeded` if too many wait. */
  async hash(password: string, { use, owner }: HashTurn): Promise<string> {
    return this.slots.run(owner, use, () => hash(password.normalize('NFKC'), cost));
  }

  /**
   * Without a hash it takes the same time and answers false, so that timing does not tell which addresses exist.
   *
   * @throws DomainError `rate_limit.exceeded` if too many wait.
   */
  async matches(password: string, kept: string | null, { use, owner }: HashTurn): Promise<boolean> {
    const right = await this.slots.run(owner, use, () => verify(kept ?? this.dummy, password.normalize('NFKC')));
    return right && kept !== null;
  }

  /** Whether the hash was made with another cost than the present one. */
  isOutdated(kept: string): boolean {
    return !kept.startsWith(costMark);
  }
}
