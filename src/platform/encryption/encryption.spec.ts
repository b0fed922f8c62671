import { parseConfig } from '../config/config';
import { Encryption } from './encryption';

const secrets = { old: 'an old key for secrets, long enough for it', new: 'a new key for secrets, long enough for it' };
const encryptionWith = (current: string, previous?: string) => {
  const rotated = previous === undefined ? {} : { ENCRYPTION_KEY_PREVIOUS: previous };
  return new Encryption(
    parseConfig({ JWT_SECRET: 'j'.repeat(40), ENCRYPTION_KEY: current, ...rotated }, '/data', () => {
      throw new Error('Secrets are given.');
    }),
  );
};

describe('Encryption', () => {
  const encryption = encryptionWith(secrets.old);

  it.each(['', 'a', 'ümläut 🎉', 'x'.repeat(100_000)])('gives back what it took', (text) => {
    const encrypted = encryption.encrypt('mail', text);
    expect(encryption.decrypt('mail', encrypted)).toBe(text);
    // A single letter is among random bytes now and then.
    if (text.length > 4) expect(encrypted.includes(text)).toBe(false);
  });

  it('never writes the same twice', () => {
    expect(encryption.encrypt('mail', 'hello').equals(encryption.encrypt('mail', 'hello'))).toBe(false);
  });

  it.each(Array.from({ length: 4 + 12 + 16 + 5 }, (_, index) => index))('notices a change of byte %i', (index) => {
    const encrypted = encryption.encrypt('mail', 'hello');
    encrypted[index]! ^= 1;
    expect(() => encryption.decrypt('mail', encrypted)).toThrow();
  });

  it.each([0, 3, 20, 31])('refuses what was cut off after %i bytes', (length) => {
    expect(() => encryption.decrypt('mail', encryption.encrypt('mail', 'hello').subarray(0, length))).toThrow();
  });

  it('refuses what was encrypted for another purpose', () => {
    expect(() => encryption.decrypt('webhook', encryption.encrypt('mail', 'hello'))).toThrow();
  });

  it('reads with the key of before, and writes with the new one', () => {
    const rotating = encryptionWith(secrets.new, secrets.old);
    expect(rotating.decrypt('mail', encryption.encrypt('mail', 'hello'))).toBe('hello');
    expect(encryptionWith(secrets.new).decrypt('mail', rotating.encrypt('mail', 'hello'))).toBe('hello');
    expect(() => encryptionWith(secrets.new).decrypt('mail', encryption.encrypt('mail', 'hello'))).toThrow(
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
