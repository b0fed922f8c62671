import { type CustomTypesConfig, types } from 'pg';
import { timeText } from './time-text';

type Parser = (text: string) => unknown;

const parsers: readonly (readonly [oid: number, parse: Parser])[] = [
  // None of ours leaves ±(2^53−1), where numbers are exact.
  [types.builtins.INT8, Number],
  // A day is a text: as a Date it would be a moment, and another day elsewhere.
  [types.builtins.DATE, (text) => text],
];

/** How values of columns are read. */
export const rowTypes = typesWith(new Map(parsers));

/** The same for rows that are answers as they are: their times are texts. */
export const answerTypes = typesWith(new Map([...parsers, [types.builtins.TIMESTAMPTZ, timeText]]));

function typesWith(own: ReadonlyMap<number, Parser>): CustomTypesConfig {
  return {
    getTypeParser: (oid: number, format?: 'text'): unknown => own.get(oid) ?? types.getTypeParser(oid, format),
  } as CustomTypesConfig;
}
