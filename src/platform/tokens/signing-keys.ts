import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';

export interface SigningKey {
  /** The `kid` of tokens signed with this key. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The keys of access tokens: two during a rotation of the secret. */
@Injectable()
export class SigningKeys {
  private readonly keys: readonly SigningKey[];

  constructor(@Inject(CONFIG) { jwtSecrets }: Pick<Config, 'jwtSecrets'>) {
    this.keys = jwtSecrets.map((secret) => ({
      id: createHash('sha256').update(secret).digest('hex').slice(0, 8),
      key: createSecretKey(secret, 'utf8'),
    }));
  }

  /** The key that signs new tokens. */
  get current(): SigningKey {
    return this.keys[0]!;
  }

  find(id: unknown): KeyObject | undefined {
    return this.keys.find((key) => key.id === id)?.key;
  }
}
