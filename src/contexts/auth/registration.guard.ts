import { type CanActivate, Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error';
import { authErrors } from './auth.errors';
import { AuthService } from './auth.service';

/** A guard, so that a closed registration answers before the input is checked. */
@Injectable()
export class RegistrationGuard implements CanActivate {
  constructor(private readonly auth: AuthService) {}

  canActivate(): boolean {
    if (this.auth.registrationIsOpen) return true;
    throw new DomainError(authErrors.forbidden, { message: 'This server does not take registrations.' });
  }
}
