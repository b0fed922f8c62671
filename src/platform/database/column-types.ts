import { type CustomTypesConfig, types } from 'pg';
import { timeText } from './time-text';

type Parser = (text: string) => unknown;

const parsers: readonly (readonly [oid: number, parse: Parser])[] = [
  // The columns hold only integers within ±(2^53−1), which JavaScript numbers represent exactly.
  [types.builtins.INT8, Number],
  // A day stays a text. A Date would be a moment, which is another day elsewhere.
  [types.builtins.DATE, (text) => text],
];

/** The parsers of column values. */
export const rowTypes = typesWith(new Map(parsers));

/** Parsers for rows that are answers as they are: times are texts. */
export const answerTypes = typesWith(new Map([...parsers, [types.builtins.TIMESTAMPTZ, timeText]]));

function typesWith(own: ReadonlyMap<number, Parser>): CustomTypesConfig {
  return {
    getTypeParser: (oid: number, format?: 'text'): unknown => own.get(oid) ?? types.getTypeParser(oid, format),
  } as CustomTypesConfig;
}
