import type { ErrorDetail } from '../../kernel/domain-error';

/** Maximum number of parameters to describe. */
const described = 20;

/**
 * Fastify's parser takes a parameter literally if it is not UTF-8 in percent-encoding (RFC 3986, 2.5), and a search for
 * "%ED%A0%80" would find nothing without a word.
 *
 * @returns a detail for each such parameter of a URL.
 */
export function undecodableErrors(url: string): ErrorDetail[] {
  const start = url.indexOf('?');
  if (start < 0 || isDecodable(url.slice(start))) return [];
  const broken = url
    .slice(start + 1)
    .split('&')
    .filter((parameter) => !isDecodable(parameter));
  return broken.slice(0, described).map((parameter) => {
    const [name] = parameter.split('=', 1) as [string];
    const field = (isDecodable(name) ? decodeURIComponent(name.replaceAll('+', ' ')) : name).slice(0, 100);
    return { field, message: `${field} is not valid UTF-8 in percent-encoding: write a percent sign as %25` };
  });
}

function isDecodable(text: string): boolean {
  if (!text.includes('%')) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
