import { BullModule, getQueueToken } from '@nestjs/bull';
import { type DynamicModule, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Queue, QueueOptions } from 'bull';
import type { RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import type { Config } from '../config/config';
import { LOGGER } from '../logging/logger';
import { BullEngine } from './bull-engine';
import { InProcessEngine } from './in-process-engine';
import { type Job, QueueEngine, type QueueName, queueNames } from './queue-engine';
import { WorkQueues } from './work-queues';

const producerOf = (name: QueueName) => `${name}-producer`;

/** Provides the queues: through Redis if `REDIS_URL` is set, else in the process. */
@Module({})
export class QueueModule {
  static with({ redisUrl, workers }: Config): DynamicModule {
    const engine =
      redisUrl === undefined || !workers
        ? { provide: QueueEngine, useClass: InProcessEngine }
        : {
            provide: QueueEngine,
            inject: [ModuleRef, LOGGER],
            useFactory: (module: ModuleRef, logger: Logger) =>
              new BullEngine((name) => {
                const queueOf = (token: string) => module.get<Queue<Job>>(getQueueToken(token), { strict: false });
                return { producer: queueOf(producerOf(name)), consumer: queueOf(name) };
              }, logger),
          };
    return {
      module: QueueModule,
      global: true,
      imports: redisUrl === undefined || !workers ? [] : [bullQueues(redisUrl)],
      providers: [engine, WorkQueues],
      exports: [WorkQueues],
    };
  }
}

/** Two queue objects for each queue, because the option that makes the producer fail fast makes the consumer crash. */
function bullQueues(redisUrl: string): DynamicModule {
  return BullModule.registerQueueAsync(
    ...queueNames.flatMap((name) => [
      { name: producerOf(name), useFactory: () => ({ name, ...producerOptions(redisUrl) }) },
      { name, useFactory: () => consumerOptions(redisUrl) },
    ]),
  );
}

const prefix = 'tideline';
/** Notices a host that vanished. After a failover, leaves a server that has become read-only for the new one. */
const connection: RedisOptions = {
  keepAlive: 10_000,
  reconnectOnError: ({ message }) => message.startsWith('READONLY'),
};

function producerOptions(redisUrl: string): QueueOptions & { url: string } {
  return {
    url: redisUrl,
    prefix,
    redis: {
      ...connection,
      connectTimeout: 1_000,
      commandTimeout: 2_000,
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
      retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
    },
  };
}

function consumerOptions(redisUrl: string): QueueOptions & { url: string } {
  return {
    url: redisUrl,
    prefix,
    redis: connection,
    // Bull notices within about 10 s that a worker was killed.
    settings: { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 10 },
  };
}
