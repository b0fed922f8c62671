import { Global, Module } from '@nestjs/common';
import { AsNeeded, AsNeededInBackground } from './connections-as-needed';

/** Global, because the features stand on routes of every context. */
@Global()
@Module({ providers: [AsNeeded, AsNeededInBackground], exports: [AsNeeded, AsNeededInBackground] })
export class AdmissionModule {}
