import { withComposedLetters } from '../../../kernel/composed';
import { codePoints, isText } from '../../../platform/fields/fields';

/** Maximum lengths of the fields that several cells fill, as the API has them. */
export const maxNotes = 20_000;
export const maxStreet = 500;

/** A text that several cells fill, as long as there is room. */
export class JoinedText {
  text = '';
  private length = 0;
  private readonly rule;

  constructor(private readonly max: number) {
    this.rule = isText(max, false);
  }

  /** @param between what divides the text from what stands before it. @returns why it cannot be added. */
  add(sent: string, between: string): string | undefined {
    const text = withComposedLetters(sent);
    if (!this.rule.holds(text, {})) return this.rule.message as string;
    const divider = this.text === '' ? '' : between;
    const length = this.length + divider.length + codePoints(text, this.max);
    if (length > this.max) return `has no room for it: it takes ${this.max} characters`;
    this.text += divider + text;
    this.length = length;
    return undefined;
  }
}
