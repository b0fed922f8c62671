/** Below U+0300 every text is composed (Unicode, NFC_Quick_Check). */
const mayBeDecomposed = /[\u0300-\uffff]/;
const mayBeComposed = /[\u00c0-\uffff]/;
/**
 * More marks on a letter than any writing has (UAX #15, stream-safe text). Putting them in order takes a time that grows with
 * the square of their number, seconds for 40,000, so such a text stays as it is.
 */
const tooManyMarks = /\p{M}{31}/u;

/** @returns the text with composed letters (Unicode NFC). */
export function withComposedLetters(text: string): string {
  return mayBeDecomposed.test(text) && !tooManyMarks.test(text) ? text.normalize('NFC') : text;
}

/** @returns the text with composed letters, without white space around it. */
export function composed(text: string): string {
  return withComposedLetters(text).trim();
}

/** @returns the forms in which an equal text may be stored, the composed one first: some are older than the rule. */
export function storedForms(text: string): readonly [string] | readonly [string, string] {
  if (!mayBeComposed.test(text) || tooManyMarks.test(text)) return [text];
  const [one, other] = [text.normalize('NFC'), text.normalize('NFD')];
  return one === other ? [one] : [one, other];
}
