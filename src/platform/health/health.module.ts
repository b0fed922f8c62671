import { Module } from '@nestjs/common';
import { HealthController } from './health.controller';
import { Readiness } from './readiness';
import { RedisProbe } from './redis-probe';

@Module({ controllers: [HealthController], providers: [Readiness, RedisProbe], exports: [Readiness] })
export class HealthModule {}
