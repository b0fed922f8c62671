import { maxLength, type XmlHandler } from './xml-reader';
import { brokenWorkbook } from './zip-archive';

/** Joins the runs of a rich text, without what tells how to pronounce them. */
export class WorkbookText implements XmlHandler {
  private parts: string[] = [];
  private length = 0;
  private isText = false;
  private isPronunciation = false;

  open(name: string): void {
    if (name === 'rPh') this.isPronunciation = true;
    else if (name === 't') this.isText = !this.isPronunciation;
  }

  text(text: string): void {
    if (!this.isText) return;
    this.parts.push(text);
    this.length += text.length;
    if (this.length > maxLength) throw brokenWorkbook();
  }

  close(name: string): void {
    if (name === 'rPh') this.isPronunciation = false;
    else if (name === 't') this.isText = false;
  }

  /** @returns the text so far. The next one begins. */
  take(): string {
    const text = this.parts.join('');
    this.parts = [];
    this.length = 0;
    return unescapeText(text);
  }
}

/** Characters that XML cannot have are written as `_x0001_` (ECMA-376, part 1, 22.9.2.19). */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([\da-f]{4})_/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
