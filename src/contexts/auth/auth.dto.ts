import { EmailAddress, type Rule, Secret, Text } from '../../platform/fields/fields';
import { weaknessOf } from './passwords';

const password = {
  max: 1_000,
  description: '8–128 characters; taken exactly as sent.',
  example: 'correct-horse-battery',
};
/** All rules but the comparison with the address, which the service makes. */
const fit: Rule = {
  name: 'isFit',
  holds: (value) => typeof value !== 'string' || weaknessOf(value) === null,
  message: (value) => weaknessOf(String(value)) ?? '',
};
const email = {
  description: 'The address to sign in with; upper and lower case are the same.',
  example: 'ada@example.com',
};

export class RegisterInput {
  @EmailAddress(email)
  email!: string;

  @Secret({ ...password, rules: [fit] })
  password!: string;

  @Text({ max: 200, required: true, description: 'Your name.', example: 'Ada Lovelace' })
  name!: string;

  @Text({
    max: 200,
    description: 'The name of the new account; made from your name when left out.',
    example: 'Analytical Engines',
  })
  account_name?: string;
}

export class LoginInput {
  @EmailAddress(email)
  email!: string;

  @Secret(password)
  password!: string;
}

export class RefreshInput {
  @Secret({
    max: 500,
    description: 'The `refresh_token` of the last answer.',
    example: 'y4hTtZ3S8kqk1m0W4uO2mXb1n3cVd5f7g9hJkLmNpQr',
  })
  refresh_token!: string;
}

export class UpdateMeInput {
  @Text({ max: 200, required: true, optional: true, description: 'Your name.', example: 'Ada King' })
  name?: string;
}

const newPassword = {
  ...password,
  description: 'The password to be: 8–128 characters.',
  example: 'staple-orbit-window-9',
  rules: [fit],
};

export class ChangePasswordInput {
  @Secret({ ...password, description: 'The password of now.' })
  current_password!: string;

  @Secret(newPassword)
  new_password!: string;
}

export class ForgotPasswordInput {
  @EmailAddress(email)
  email!: string;
}

const mailedToken = {
  max: 500,
  description: '`token` of the link in the mail.',
  example: 'Zm9yIGV4YW1wbGUgb25seSwgbm90IGZv',
};

export class ResetPasswordInput {
  @Secret(mailedToken)
  token!: string;

  @Secret(newPassword)
  new_password!: string;
}

export class VerifyEmailInput {
  @Secret(mailedToken)
  token!: string;
}

export class AcceptInvitationInput {
  @Secret(mailedToken)
  token!: string;

  @Secret({ ...password, rules: [fit] })
  password!: string;

  @Text({ max: 200, description: 'Your name, if the invitation has it wrong.', example: 'Grace Hopper' })
  name?: string;
}
