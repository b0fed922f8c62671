/** What was said somewhere: an answer, a line of the log, a row, what a webhook sent. */
export interface Heard {
  readonly where: string;
  readonly text: string;
}

interface Canary {
  readonly name: string;
  readonly value: string;
  readonly forms: readonly Form[];
  /** The one answer that shows it. */
  readonly shownBy?: Heard | undefined;
}

interface Form {
  readonly text: string;
  readonly anyCase: boolean;
}

/** Secrets that must not turn up anywhere, in clear or in an encoding that anybody can undo. */
export class Canaries {
  private readonly all: Canary[] = [];

  /** @param shownBy the answer that is there to show it, once. */
  add(name: string, value: string, shownBy?: Heard): string {
    if (value.length < 12) throw new Error(`${name} is too short to be told from chance`);
    this.all.push({ name, value, forms: formsOf(value), shownBy });
    return value;
  }

  get names(): readonly string[] {
    return this.all.map(({ name }) => name);
  }

  /** @returns "secret in place" for all that are where they should not be. */
  foundIn(places: readonly Heard[]): string[] {
    return places.flatMap((heard) => {
      const small = heard.text.toLowerCase();
      const found = this.all.filter(
        ({ forms, shownBy }) =>
          shownBy !== heard && forms.some(({ text, anyCase }) => (anyCase ? small : heard.text).includes(text)),
      );
      return found.map(({ name }) => `${name} in ${heard.where}`);
    });
  }
}

/** As it is, as in addresses, in hexadecimal, and in Base64 at each place of three that it can have in a longer text. */
export function formsOf(secret: string): Form[] {
  const bytes = Buffer.from(secret);
  const plain = [secret, encodeURIComponent(secret), bytes.toString('hex')];
  const encoded = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const characters = whole.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6));
    return characters;
  });
  const url = encoded.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set(plain.map((text) => text.toLowerCase()))]
    .map((text) => ({ text, anyCase: true }))
    .concat([...new Set([...encoded, ...url])].map((text) => ({ text, anyCase: false })));
}
