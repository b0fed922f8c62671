import { Module } from '@nestjs/common';
import { CursorCodec } from '../../kernel/cursor';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { AccessTokens } from './access-tokens';

@Module({
  providers: [
    AccessTokens,
    { provide: CursorCodec, inject: [CONFIG], useFactory: (config: Config) => new CursorCodec(config.jwtSecrets) },
  ],
  exports: [AccessTokens, CursorCodec],
})
export class TokensModule {}
