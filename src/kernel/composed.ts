/** @returns the text with composed letters (Unicode NFC), without white space around it. */
export function composed(text: string): string {
  return text.normalize('NFC').trim();
}
