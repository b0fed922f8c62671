import { Module } from '@nestjs/common';
import { AccessTokenStrategy } from './access-token.strategy';
import { AccessTokens } from './access-tokens';
import { SigningKeys } from './signing-keys';

@Module({ providers: [AccessTokens, AccessTokenStrategy, SigningKeys], exports: [AccessTokens] })
export class TokensModule {}
