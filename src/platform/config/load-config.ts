import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Config, ConfigError, type GeneratedSecrets, minSecretBytes, parseConfig } from './config';

/**
 * Reads the environment and `.env` of the working directory. Variables of the environment win. Nobody else reads them.
 */
export function loadConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const dataDir = resolve(process.env.DATA_DIR?.trim() || '.data');
  return parseConfig(process.env, dataDir, () => generatedSecrets(dataDir));
}

/** The secrets of the embedded mode. Made at the first start and then kept, so that sessions survive a restart. */
export function generatedSecrets(dataDir: string): GeneratedSecrets {
  const file = join(dataDir, 'secrets.json');
  if (existsSync(file)) {
    const kept = readSecrets(file);
    if (kept) return kept;
    throw new ConfigError([
      `${file} holds no usable secrets. Put it back from a backup; without one, remove it to have new ones made: all sessions ` +
        'end then, and secrets that were encrypted with the old key are lost.',
    ]);
  }
  mkdirSync(dataDir, { recursive: true });
  const made: GeneratedSecrets = {
    jwt_secret: randomBytes(48).toString('base64url'),
    encryption_key: randomBytes(48).toString('base64url'),
  };
  // Writes the file aside and links it into place. So a crash leaves no half file, and of two processes that start
  // together the slower one uses what the faster one made.
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  try {
    linkSync(aside, file);
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return generatedSecrets(dataDir);
  } finally {
    unlinkSync(aside);
  }
}

function readSecrets(file: string): GeneratedSecrets | undefined {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isSecrets(kept) ? kept : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isSecrets(value: unknown): value is GeneratedSecrets {
  const { jwt_secret, encryption_key } = (value ?? {}) as Partial<Record<string, unknown>>;
  return [jwt_secret, encryption_key].every(
    (secret) => typeof secret === 'string' && Buffer.byteLength(secret) >= minSecretBytes,
  );
}
