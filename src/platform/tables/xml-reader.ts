import { TextDecoder } from 'node:util';
import { SaxesParser } from 'saxes';
import { brokenWorkbook } from './zip-archive';

/** What is done with the elements of a document. Names are without prefixes. */
export interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** A workbook needs ten. */
const maxDepth = 100;
/** Maximum number of characters of a tag or of a text: a cell has at most 32,767, each written with up to ten. */
export const maxLength = 1_048_576;
/** Number of characters to read before what was found is taken: in 30 rows each may refer to a text of a mebibyte. */
const sliceLength = 1_024;

/**
 * Reads a document of XML in pieces. The parser knows the five entities of XML and no others, and it follows no references;
 * a document type definition is refused.
 *
 * @param take is called now and then, to take what the handler has found.
 * @throws UnreadableFile
 */
export async function readXml(
  bytes: AsyncIterable<Buffer>,
  handler: XmlHandler,
  take?: () => Promise<void>,
): Promise<void> {
  const reader = new XmlReader(handler);
  for await (const text of textOf(bytes)) {
    for (let start = 0; start < text.length; start += sliceLength) {
      reader.write(text.slice(start, start + sliceLength));
      await take?.();
    }
  }
  reader.end();
  await take?.();
}

class XmlReader {
  private readonly parser = new SaxesParser({ xmlns: false, position: false });
  private depth = 0;
  /** Number of characters since the last thing that was complete. */
  private pending = 0;
  /** What a handler has thrown, as opposed to the parser. */
  private thrown: { readonly error: unknown } | null = null;

  constructor(handler: XmlHandler) {
    const { parser } = this;
    parser.on('opentag', ({ name, attributes }) => {
      if (++this.depth > maxDepth) throw brokenWorkbook();
      this.pass(() => handler.open?.(withoutPrefix(name), attributes));
    });
    parser.on('closetag', ({ name }) => {
      this.depth--;
      this.pass(() => handler.close?.(withoutPrefix(name)));
    });
    const text = (found: string) => this.pass(() => handler.text?.(found));
    parser.on('text', text);
    parser.on('cdata', text);
    parser.on('comment', () => (this.pending = 0));
    parser.on('doctype', () => {
      throw brokenWorkbook();
    });
  }

  write(text: string): void {
    this.pending += text.length;
    this.parse(() => this.parser.write(text));
    if (this.pending > maxLength + sliceLength) throw brokenWorkbook();
  }

  end(): void {
    this.parse(() => this.parser.close());
  }

  private pass(handle: () => void): void {
    this.pending = 0;
    try {
      handle();
    } catch (error) {
      this.thrown = { error };
      throw error;
    }
  }

  private parse(step: () => void): void {
    try {
      step();
    } catch {
      throw this.thrown ? this.thrown.error : brokenWorkbook();
    }
  }
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

async function* textOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  let head = Buffer.alloc(0);
  for await (const piece of bytes) {
    let next = piece;
    if (!decoder) {
      head = next = Buffer.concat([head, piece]);
      if (head.length < 2) continue;
      decoder = new TextDecoder(encodingOf(head), { fatal: true });
    }
    yield decoded(decoder, next);
  }
  if (decoder) yield decoded(decoder);
}

/** XML without a declaration is UTF-8, or UTF-16 with a mark (XML 1.0, 4.3.3). Others are not written to workbooks. */
function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
}

function decoded(decoder: TextDecoder, bytes?: Buffer): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    throw brokenWorkbook();
  }
}
