import { createCipheriv, createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { SystemClock } from '../../kernel/clock';
import { PreviousRelease } from '../../kernel/previous-release';
import { parseConfig } from '../config/config';
import { Encryption } from './encryption';

const secrets = { old: 'an old key for secrets, long enough for it', new: 'a new key for secrets, long enough for it' };
const encryptionWith = (current: string, previous?: string, isUpgrading = false) => {
  const rotated = previous === undefined ? {} : { ENCRYPTION_KEY_PREVIOUS: previous };
  const config = parseConfig({ JWT_SECRET: 'j'.repeat(40), ENCRYPTION_KEY: current, ...rotated }, '/data', () => {
    throw new Error('Secrets are given.');
  });
  return new Encryption(config, new PreviousRelease(new Date(isUpgrading ? 8.64e15 : 0), new SystemClock()));
};
const row = randomUUID();

/** As release 0.1.0 encrypts: bound to the purpose only. */
function unbound(secret: string, purpose: string, text: string): Buffer {
  const nonce = randomBytes(12);
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'tideline encryption', 32));
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const id = createHash('sha256').update(secret).digest().subarray(0, 4);
  return Buffer.concat([id, nonce, cipher.getAuthTag(), encrypted]);
}

describe('Encryption', () => {
  const encryption = encryptionWith(secrets.old);

  it.each(['', 'a', 'ümläut 🎉', 'x'.repeat(100_000)])('gives back what it took', (text) => {
    const encrypted = encryption.encrypt('mail', row, text);
    expect(encryption.decrypt('mail', row, encrypted)).toBe(text);
    // A single letter is among random bytes now and then.
    if (text.length > 4) expect(encrypted.includes(text)).toBe(false);
  });

  it('never writes the same twice', () => {
    expect(encryption.encrypt('mail', row, 'hello').equals(encryption.encrypt('mail', row, 'hello'))).toBe(false);
  });

  it.each(Array.from({ length: 4 + 12 + 16 + 5 }, (_, index) => index))('notices a change of byte %i', (index) => {
    const encrypted = encryption.encrypt('mail', row, 'hello');
    encrypted[index]! ^= 1;
    expect(() => encryption.decrypt('mail', row, encrypted)).toThrow();
  });

  it.each([0, 3, 20, 31])('refuses what was cut off after %i bytes', (length) => {
    expect(() =>
      encryption.decrypt('mail', row, encryption.encrypt('mail', row, 'hello').subarray(0, length)),
    ).toThrow();
  });

  it('refuses what was encrypted for another purpose', () => {
    expect(() => encryption.decrypt('webhook', row, encryption.encrypt('mail', row, 'hello'))).toThrow();
  });

  it('refuses what was encrypted for another row', () => {
    expect(() => encryption.decrypt('mail', randomUUID(), encryption.encrypt('mail', row, 'hello'))).toThrow();
    expect(() => encryption.decrypt('mail', '', encryption.encrypt('mail', row, 'hello'))).toThrow();
  });

  it('reads what release 0.1.0 encrypted, and knows it by its mark', () => {
    const old = unbound(secrets.old, 'mail', 'hello');
    expect(encryption.decrypt('mail', row, old)).toBe('hello');
    expect(() => encryption.decrypt('webhook', row, old)).toThrow();
    expect(encryptionWith(secrets.new, secrets.old).decrypt('mail', row, old)).toBe('hello');
    expect(old.subarray(0, 4)).not.toEqual(encryption.mark);
    expect(encryption.encrypt('mail', row, 'hello').subarray(0, 4)).toEqual(encryption.mark);
  });

  it('does not take a bound text for an unbound one, nor the other way round', () => {
    const old = unbound(secrets.old, 'mail', 'hello');
    const bound = encryption.encrypt('mail', row, 'hello');
    const withMark = (mark: Buffer, text: Buffer) => Buffer.concat([mark.subarray(0, 4), text.subarray(4)]);
    expect(() => encryption.decrypt('mail', row, withMark(old, bound))).toThrow();
    expect(() => encryption.decrypt('mail', row, withMark(bound, old))).toThrow();
  });

  it('writes what release 0.1.0 reads while that may run', () => {
    const upgrading = encryptionWith(secrets.old, undefined, true);
    const text = upgrading.encrypt('mail', row, 'hello');
    expect(text.subarray(0, 4)).toEqual(unbound(secrets.old, 'mail', '').subarray(0, 4));
    expect(upgrading.mark).toEqual(text.subarray(0, 4));
    // Without a row, as that release reads it.
    expect(upgrading.decrypt('mail', randomUUID(), text)).toBe('hello');
    expect(upgrading.decrypt('mail', row, encryption.encrypt('mail', row, 'hello'))).toBe('hello');
  });

  it('reads with the key of before, and writes with the new one', () => {
    const rotating = encryptionWith(secrets.new, secrets.old);
    expect(rotating.decrypt('mail', row, encryption.encrypt('mail', row, 'hello'))).toBe('hello');
    expect(encryptionWith(secrets.new).decrypt('mail', row, rotating.encrypt('mail', row, 'hello'))).toBe('hello');
    expect(() => encryptionWith(secrets.new).decrypt('mail', row, encryption.encrypt('mail', row, 'hello'))).toThrow(
      'ENCRYPTION_KEY',
    );
  });

  it('recognises a text by its fingerprint, for one purpose and key', () => {
    const fingerprint = encryption.fingerprint('address', 'ada');
    expect(fingerprint).toEqual(encryptionWith(secrets.old).fingerprint('address', 'ada'));
    expect(fingerprint).not.toEqual(encryption.fingerprint('addres', 'sada'));
    expect(fingerprint).not.toEqual(encryptionWith(secrets.new).fingerprint('address', 'ada'));
  });
});
