import { Field, isText } from '../../platform/fields/fields';
import { oauthErrors } from './oauth.errors';

/** RFC 6749, 3.1: a parameter without a value counts as left out. */
const isSent = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
const text = isText(500, true);
/** Optional, because HTTP Basic sends credentials in a header. The service checks that they come one way. */
const credential = { optional: true, read: (value: unknown) => (isSent(value) ? value : undefined), rules: [text] };

export class TokenInput {
  @Field({
    description: 'How the app shows that it may have a token.',
    example: 'client_credentials',
    rules: [
      { name: 'isSent', holds: isSent, message: 'is required' },
      text,
      {
        name: 'isSupported',
        holds: (value) => !isSent(value) || typeof value !== 'string' || value === 'client_credentials',
        message: 'must be client_credentials',
        definition: oauthErrors.unsupported_grant_type,
      },
    ],
    schema: { type: 'string', enum: ['client_credentials'] },
  })
  grant_type!: string;

  @Field({
    ...credential,
    description: 'Of the app; or send it and the secret by HTTP Basic.',
    example: 'dw_ci_Xb81nQ4tZc0L',
    schema: { type: 'string', maxLength: 500 },
  })
  client_id?: string;

  @Field({
    ...credential,
    description: 'As it was shown when the app was made, or its secret rotated.',
    example: 'dw_cs_k3VdTq0hB7yJ2mW9xR5nL8sF1aZ4cG6pE0uI3oYtQwN',
    schema: { type: 'string', maxLength: 500 },
  })
  client_secret?: string;
}
