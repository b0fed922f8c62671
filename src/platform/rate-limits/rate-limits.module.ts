import { Module } from '@nestjs/common';
import { TokensModule } from '../tokens/tokens.module';
import { RateLimits } from './rate-limits';

@Module({ imports: [TokensModule], providers: [RateLimits], exports: [RateLimits] })
export class RateLimitsModule {}
