import { Module } from '@nestjs/common';
import { AccessTokenStrategy } from './access-token.strategy';
import { AccessTokens } from './access-tokens';
import { Callers } from './callers';
import { SigningKeys } from './signing-keys';

@Module({ providers: [AccessTokens, AccessTokenStrategy, Callers, SigningKeys], exports: [AccessTokens, Callers] })
export class TokensModule {}
