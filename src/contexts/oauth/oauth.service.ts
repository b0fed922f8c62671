import { Injectable } from '@nestjs/common';
import { DomainError, InvalidInputError } from '../../kernel/domain-error';
import { AccessTokens, appTokenLifetimeSeconds } from '../../platform/tokens/access-tokens';
import { OAuthAppsService } from '../oauth-apps/oauth-apps.service';
import { basicCredentials } from './basic-credentials';
import type { TokenInput } from './oauth.dto';
import { oauthErrors } from './oauth.errors';
import type { TokenView } from './token.view';

@Injectable()
export class OAuthService {
  constructor(
    private readonly apps: OAuthAppsService,
    private readonly tokens: AccessTokens,
  ) {}

  /**
   * The client credentials grant (RFC 6749, 4.4).
   *
   * @param authorization the header, which may have the credentials (RFC 6749, 2.3.1).
   * @throws DomainError of the namespace `oauth`.
   */
  async issueToken(authorization: string | undefined, input: TokenInput): Promise<TokenView> {
    const { client_id, client_secret } = credentialsOf(authorization, input);
    if (!client_id || !client_secret) throw new DomainError(oauthErrors.missing_credentials);
    const app = await this.apps.authenticate(client_id, client_secret);
    if (!app) throw new DomainError(oauthErrors.invalid_client);
    const access_token = this.tokens.sign({ use: 'app', ...app });
    return { access_token, token_type: 'Bearer', expires_in: appTokenLifetimeSeconds };
  }
}

type Credentials = Pick<TokenInput, 'client_id' | 'client_secret'>;

/**
 * A `client_id` in the body only identifies the client (RFC 6749, 3.2.1). A secret there is a second way to
 * authenticate.
 */
function credentialsOf(authorization: string | undefined, body: Credentials): Credentials {
  const basic = basicCredentials(authorization);
  if (basic === undefined) return body;
  if (basic === null) throw refused('The Authorization header is no well-formed HTTP Basic.');
  const isTwofold = body.client_secret !== undefined || (body.client_id ?? basic.client_id) !== basic.client_id;
  if (isTwofold) throw refused('Send the credentials in the body or by HTTP Basic, not both.');
  return basic;
}

function refused(message: string): InvalidInputError {
  return new InvalidInputError([{ field: 'Authorization', message }], oauthErrors.invalid_request);
}
