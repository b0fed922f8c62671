import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { uploadPath } from '../../platform/server/upload';

/** Milliseconds for which an upload URL is good. */
export const uploadWindowMs = 60 * 60 * 1_000;

/** Signs URLs that take a file without a token: HMAC-SHA256 over the import and the expiry. */
@Injectable()
export class UploadUrls {
  private readonly keys: readonly Buffer[];
  private readonly base: string;

  constructor(@Inject(CONFIG) { jwtSecrets, publicUrl }: Config) {
    this.keys = jwtSecrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'tideline upload', 32)));
    this.base = publicUrl;
  }

  make(importId: string, now: Date): string {
    const expires = String(Math.floor((now.getTime() + uploadWindowMs) / 1_000));
    const signature = this.sign(this.keys[0]!, importId, expires).toString('base64url');
    return `${this.base}${uploadPath.replace(':id', importId)}?expires=${expires}&signature=${signature}`;
  }

  /** @param expires seconds since the Unix epoch. */
  isGood(importId: string, expires: string, signature: string, now: Date): boolean {
    const given = Buffer.from(signature, 'base64url');
    if (given.toString('base64url') !== signature || Number(expires) * 1_000 <= now.getTime()) return false;
    return this.keys.some((key) => {
      const wanted = this.sign(key, importId, expires);
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    });
  }

  private sign(key: Buffer, importId: string, expires: string): Buffer {
    return createHmac('sha256', key).update(`${importId}\n${expires}`).digest();
  }
}
