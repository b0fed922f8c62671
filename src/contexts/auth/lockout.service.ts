import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock';
import { DomainError, type DomainErrorOptions } from '../../kernel/domain-error';
import { Transactions } from '../../platform/database/transactions';
import { Encryption } from '../../platform/encryption/encryption';
import { emailKey } from '../users/users.service';
import { authErrors } from './auth.errors';
import { afterFailure, isLocked, type SignInFailures } from './sign-in-failures';
import { SignInFailuresRepository } from './sign-in-failures.repository';

/**
 * Locks addresses, known or not, after too many failed sign-ins. The service asks before a password check, which is
 * expensive, and again after it. So of any number of checks at the same moment, ten learn whether the password was
 * right.
 */
@Injectable()
export class LockoutService {
  constructor(
    private readonly repository: SignInFailuresRepository,
    private readonly transactions: Transactions,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `auth.account_locked`. */
  async assertNotLocked(email: string): Promise<void> {
    this.throwIfLocked(await this.repository.find(this.addressOf(email)));
  }

  /**
   * Counts a wrong password.
   *
   * @throws DomainError always: `auth.invalid_credentials`, or `auth.account_locked` if the address is locked now.
   */
  async fail(email: string, options?: DomainErrorOptions): Promise<never> {
    const address = this.addressOf(email);
    const now = this.clock.now();
    const before = await this.transactions.run(async () => {
      const failures = await this.repository.findOrInsertForUpdate(address, now);
      await this.repository.update(address, isLocked(failures, now) ? failures : afterFailure(failures, now));
      return failures;
    });
    this.throwIfLocked(before);
    throw new DomainError(authErrors.invalid_credentials, options);
  }

  /**
   * Clears the failures after a right password, in the transaction that the password allows.
   *
   * @throws DomainError `auth.account_locked` if the address was locked during the check.
   */
  async succeed(email: string): Promise<void> {
    await this.transactions.join(async () => {
      const address = this.addressOf(email);
      const failures = await this.repository.findForUpdate(address);
      this.throwIfLocked(failures);
      if (failures) await this.repository.remove(address);
    });
  }

  /** Unlocks the address and clears its failures. */
  async clear(email: string): Promise<void> {
    await this.transactions.join(() => this.repository.remove(this.addressOf(email)));
  }

  private throwIfLocked(failures: SignInFailures | null): void {
    const now = this.clock.now();
    if (!failures || !isLocked(failures, now)) return;
    const minutes = Math.ceil((failures.locked_until!.getTime() - now.getTime()) / 60_000);
    const wait = minutes === 1 ? 'a minute' : `${minutes} minutes`;
    throw new DomainError(authErrors.account_locked, {
      message: `Too many sign-ins with this address have failed. Try again in ${wait}, or set a new password.`,
    });
  }

  private addressOf(email: string): Buffer {
    return this.encryption.fingerprint('sign-in address', emailKey(email));
  }
}
