import { Global, Module } from '@nestjs/common';
import { ConnectionGuard } from './connection.guard';
import { AsNeeded, AsNeededInBackground } from './connections-as-needed';

/** Global, because the features stand on routes of every context. */
@Global()
@Module({
  providers: [AsNeeded, AsNeededInBackground, ConnectionGuard],
  exports: [AsNeeded, AsNeededInBackground, ConnectionGuard],
})
export class AdmissionModule {}
