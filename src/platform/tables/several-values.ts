/** Characters at which addresses end. */
const betweenAddresses = /[\s,;|<>"'()[\]{}]+/;
const labelled = /(?:^|[\s,;|])([\p{L}][\p{L} ]{1,15}):\s*(?=[+(]?\d)/gu;
/** A number has at least so many digits: `12345 ext 6` is one. */
export const minDigits = 5;
const maxLength = 2_000;

/**
 * @returns the e-mail addresses of a cell: of `Ann <ann@a.example>` the address, of `a@x.example; b@x.example` both. A text
 * without an address is returned as it is.
 */
export function addressesIn(text: string): readonly string[] {
  const at = text.indexOf('@');
  if (at < 0 || text.length > maxLength) return [text];
  const isSingle = text.indexOf('@', at + 1) < 0;
  if (isSingle && !/[\s<>;,|]/.test(text)) return [text];
  const found = text.split(betweenAddresses).flatMap((part) => {
    const address = part.toLowerCase().startsWith('mailto:') ? part.slice(7) : part;
    return isAddress(address) ? [address] : [];
  });
  return found.length > 0 ? [...new Set(found)] : [text];
}

export function isAddress(text: string): boolean {
  const at = text.indexOf('@');
  if (at < 1 || at === text.length - 1 || text.indexOf('@', at + 1) >= 0 || text.length > 320) return false;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) <= 0x20) return false;
  return true;
}

/**
 * @returns the telephone numbers of a cell, divided by ` ::: `, `;`, `|`, ` / `, `, ` or line breaks, or named in it:
 * `Phone:+1 555 0100 Mobile:+1 555 0101`.
 */
export function phonesIn(text: string): readonly string[] {
  if (text.length > maxLength || !/[:;|/,\n]/.test(text)) return [text];
  const named = text.replace(labelled, '\n');
  const parts = named
    .split(/ ?::: ?|[;|\r\n]+|, /)
    .flatMap(dividedBySlash)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 1) return [parts[0]!];
  if (parts.length === 0 || !parts.every((part) => digitsIn(part) >= minDigits)) return [text];
  return [...new Set(parts)];
}

/** In Germany a slash also stands behind the area code: `+49 (0)30 / 901820` is one number. */
function dividedBySlash(text: string): readonly string[] {
  const parts = text.split(' / ');
  const [first, ...others] = parts;
  const length = digitsIn(first!);
  const areNumbers = others.every((part) => /^\s*[+(0]/.test(part) || (length >= 7 && digitsIn(part) === length));
  return areNumbers ? parts : [text];
}

export function digitsIn(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x30 && code <= 0x39) count++;
  }
  return count;
}
