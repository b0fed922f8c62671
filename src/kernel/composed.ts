/** @returns the text with composed letters (Unicode NFC), without white space around it. */
export function composed(text: string): string {
  return text.normalize('NFC').trim();
}

/** @returns the forms in which an equal text may be stored, the composed one first: some are older than the rule. */
export function storedForms(text: string): readonly [string] | readonly [string, string] {
  const [one, other] = [text.normalize('NFC'), text.normalize('NFD')];
  return one === other ? [one] : [one, other];
}
