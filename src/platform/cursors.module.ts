import { Global, Module } from '@nestjs/common';
import { CursorCodec } from '../kernel/cursor';
import { PreviousRelease } from '../kernel/previous-release';
import type { Config } from './config/config';
import { CONFIG } from './config/config.module';

/** Global, because every list has cursors. */
@Global()
@Module({
  providers: [
    {
      provide: CursorCodec,
      inject: [CONFIG, PreviousRelease],
      useFactory: ({ jwtSecrets }: Config, previousRelease: PreviousRelease) =>
        new CursorCodec(jwtSecrets, previousRelease),
    },
  ],
  exports: [CursorCodec],
})
export class CursorsModule {}
