import { Global, Module } from '@nestjs/common';
import { CursorCodec } from '../kernel/cursor';
import type { Config } from './config/config';
import { CONFIG } from './config/config.module';

/** Global, because every list has cursors. */
@Global()
@Module({
  providers: [
    { provide: CursorCodec, inject: [CONFIG], useFactory: (config: Config) => new CursorCodec(config.jwtSecrets) },
  ],
  exports: [CursorCodec],
})
export class CursorsModule {}
