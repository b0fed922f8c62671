import type { Conversion } from './conversion';

type Signatures = readonly (readonly [begin: RegExp, format: string])[];

/** Read as one, and refused there if it is another archive. */
const workbook = 'an Excel workbook or a ZIP archive: save it as CSV';

/** In Latin-1. A text does not begin so. */
const binary: Signatures = [
  [/^PK\x03\x04[^]{26}mimetypeapplication\/vnd\.oasis\.opendocument/, 'an OpenDocument file: save it as CSV'],
  [/^PK\x03\x04[^]{26}(Index\/|preview)/, 'a Numbers or Pages document of Apple: export it as CSV'],
  [/^PK\x03\x04/, workbook],
  [/^PK(\x05\x06|\x07\x08)/, 'an archive (ZIP) without a workbook: unpack it'],
  [
    /^(\xd0\xcf\x11\xe0|\x09(\0\x04|\x02\x06|\x04\x06|\x08[\x08\x10])\0)/,
    'an old Excel workbook (.xls), one with a password, or another old Office document: save it as .xlsx or CSV, without a password',
  ],
  [/^%PDF-/, 'a PDF document: it has no rows and columns'],
  [/^\x89PNG/, 'an image (PNG): it has no rows and columns'],
  [/^\xff\xd8\xff/, 'an image (JPEG): it has no rows and columns'],
  [/^(II\*\0|MM\0\*)/, 'an image (TIFF): it has no rows and columns'],
  [/^\0\0\x01\0/, 'an image (icon): it has no rows and columns'],
  [/^\x1f[\x8b\x9d]/, 'an archive (gzip): unpack it'],
  [/^\xfd7zXZ\0/, 'an archive (xz): unpack it'],
  [/^\x28\xb5\x2f\xfd/, 'an archive (Zstandard): unpack it'],
  [/^7z\xbc\xaf\x27\x1c/, 'an archive (7z): unpack it'],
  [/^Rar!\x1a/, 'an archive (RAR): unpack it'],
  [/^\x04"M\x18/, 'an archive (LZ4): unpack it'],
  [/^(SQLite format 3\0|Obj\x01|\0\x01\0\0Standard (Jet|ACE) DB)/, 'a database file: export a table as CSV'],
  [/^!BDN/, 'a data file of Outlook (PST): export the contacts as CSV'],
  [/^(\x7fELF|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|\0asm)/, 'a program: it has no rows and columns'],
];

/** In Latin-1. A text could begin so; it counts only beside control characters. */
const binaryOrText: Signatures = [
  [/^(GIF8[79]a|BM)/, 'an image: it has no rows and columns'],
  [/^(RIFF[^]{4}WEBP|[^]{4}ftyp(hei|mif|avif))/, 'an image: it has no rows and columns'],
  [/^BZh[1-9]1AY&SY/, 'an archive (bzip2): unpack it'],
  [/^[^]{257}ustar/, 'an archive (tar): unpack it'],
  [/^(PAR1|ORC)/, 'a database file: export a table as CSV'],
  [/^bplist00/, 'a property list of Apple: export the records as CSV'],
  [/^MZ/, 'a program: it has no rows and columns'],
  [/^(RIFF|OggS|fLaC|ID3|[^]{4}ftyp)/, 'a recording: it has no rows and columns'],
];

const texts: Signatures = [
  [/^(\{\s*["}]|\[\s*[[{"\]])/, 'a JSON document: write it as CSV, or send its records to the API'],
  [/^<\?xml[^]*urn:schemas-microsoft-com:office:spreadsheet/, 'an Excel 2003 XML workbook: save it as CSV'],
  [
    /^<(!--|!doctype html|(html|head|body|table|meta|style|script|div)[\s>])/i,
    'an HTML page, whatever its name says: open it with a spreadsheet and save it as CSV',
  ],
  [/^<(\?xml|!doctype|[a-z][\w:.-]*(\s[^<>]*)?\/?>(?!\s*[,;\t|^]))/i, 'an XML document: save it as CSV'],
  [/^MIME-Version:/i, 'a web archive, whatever its name says: open it with a spreadsheet and save it as CSV'],
  [
    /^--[^\r\n]+\r?\nContent-Disposition: form-data/i,
    'a multipart form: say so in the content type, or send the bytes of the file alone',
  ],
  [/^BEGIN:VCALENDAR\s/i, 'a calendar: it has no contacts'],
  [/^(version: \d\s+)?dn:: ?\S|^(version: \d\s+)?dn: \S/i, 'an LDIF file: export it as CSV'],
  [/^(Return-Path|Received|Delivered-To): /i, 'an e-mail message: send the file that is attached to it'],
  [/^\{\\rtf/, 'a rich text document: save its table as CSV'],
  [
    /^(--|\/\*)\s[^;,\t]{0,60}\bdump\b|^\/\*M?!|^(INSERT INTO|CREATE TABLE|PRAGMA foreign_keys)\b/i,
    'a dump of a database: export a table as CSV',
  ],
  [/^-----BEGIN /, 'a key or a certificate: it has no rows and columns'],
  [/^#!/, 'a program: it has no rows and columns'],
];

/** @param head the first bytes of a file. @returns what it is, if it is no table of text; null: it may be one. */
export function formatOf(head: Buffer): string | null {
  const begin = head.toString('latin1', 0, 512);
  const isBinary = /[\0-\x08\x0e-\x1f]/.test(begin);
  const found = formatIn(binary, begin) ?? (isBinary ? formatIn(binaryOrText, begin) : null);
  return found ?? textFormatOf(begin.replace(/^\xef\xbb\xbf/, ''));
}

/** @param begin the first characters of a text. @returns what the text is, if it is no table; null: it may be one. */
export function textFormatOf(begin: string): string | null {
  return formatIn(texts, begin.slice(0, 512).trimStart());
}

/** @param head the first bytes of a file. @returns how it becomes a table; null: it is one, or cannot become one. */
export function convertibleFormatOf(head: Buffer): Conversion['format'] | null {
  const begin = head.toString('latin1', 0, 512);
  if (formatIn(binary, begin) === workbook) return 'xlsx';
  // UTF-16 has a NUL in each of these letters.
  const isVcard = /^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*BEGIN:VCARD\s/i.test(begin.replaceAll('\0', ''));
  return isVcard ? 'vcard' : null;
}

function formatIn(signatures: Signatures, begin: string): string | null {
  return signatures.find(([pattern]) => pattern.test(begin))?.[1] ?? null;
}
