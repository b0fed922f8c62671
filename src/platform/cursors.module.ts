import { Global, Module } from '@nestjs/common';
import { CursorCodec } from '../kernel/cursor';
import type { Config } from './config/config';
import { CONFIG } from './config/config.module';

/** Every list pages: the codec of cursors is at hand everywhere. */
@Global()
@Module({
  providers: [
    { provide: CursorCodec, inject: [CONFIG], useFactory: (config: Config) => new CursorCodec(config.jwtSecrets) },
  ],
  exports: [CursorCodec],
})
export class CursorsModule {}
