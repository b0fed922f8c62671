import { Body, Controller, Headers, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiEndpoint } from '../../platform/openapi/openapi';
import { Public } from '../../platform/http/request';
import { TokenEndpoint } from '../../platform/http/token-endpoint';
import { TokenInput } from './oauth.dto';
import { oauthErrors } from './oauth.errors';
import { OAuthService } from './oauth.service';
import { TokenView } from './token.view';

const { missing_credentials, invalid_client } = oauthErrors;

@ApiTags('oauth')
@Controller('oauth')
export class OAuthController {
  constructor(private readonly oauth: OAuthService) {}

  @Post('token')
  @Public()
  @TokenEndpoint()
  @ApiEndpoint({
    summary: 'Get a token for an OAuth app',
    description:
      'The client credentials grant of RFC 6749, for any OAuth client library: a form, or JSON; the credentials in the body, or ' +
      'by HTTP Basic. Errors of a form are in the form of that RFC. The token is good for an hour; there is no refresh token, ' +
      'ask again.',
    result: TokenView,
    raises: [missing_credentials, invalid_client],
  })
  token(@Headers('authorization') authorization: string | undefined, @Body() input: TokenInput): Promise<TokenView> {
    return this.oauth.issueToken(authorization, input);
  }
}
