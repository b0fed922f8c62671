import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly restart: string;
  readonly init?: boolean;
  readonly stop_grace_period?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const composeText = readFileSync(join(__dirname, '../../docker-compose.yml'), 'utf8');

/** As Docker reads it: YAML 1.2 with merge keys; variables are still in it. */
export const compose = load(composeText, { schema: CORE_SCHEMA.withTags(mergeTag) }) as Compose;

/** What Docker puts in for `${NAME}`, `${NAME:-default}` and `${NAME:?message}`. */
export function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_whole, name: string, kind?: string, rest?: string) => {
    const value = variables[name] ?? '';
    if (value === '' && kind === '?') throw new Error(`${name} is not set: ${rest}`);
    return value === '' && kind === '-' ? rest! : value;
  });
}

/** The seconds of one of Docker's durations, of which only seconds are used. */
export function seconds(duration: string): number {
  const [, count] = /^(\d+)s$/.exec(duration) ?? [];
  if (count === undefined) throw new Error(`"${duration}" is not in seconds.`);
  return Number(count);
}
