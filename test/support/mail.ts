import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';

/** A mail as its reader's program understands it. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The first address of a page in the text. */
  readonly link: URL;
}

/** The `.eml` files of a directory that are for this address, oldest first. */
export async function mailsIn(directory: string, address: string): Promise<Mail[]> {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory).sort();
  const mails = await Promise.all(files.map((file) => read(join(directory, file))));
  return mails.filter(({ to }) => comparable(to) === comparable(address));
}

/** RFC 5321, 2.4: case means nothing in domains, and nodemailer writes them in small letters. */
function comparable(address: string): string {
  return address.replace(/@[^@]*$/, (domain) => domain.toLowerCase());
}

async function read(file: string): Promise<Mail> {
  const { from, to, subject = '', text = '' } = await PostalMime.parse(readFileSync(file));
  return {
    from: from?.address ?? '',
    to: to?.[0]?.address ?? '',
    subject,
    text,
    get link() {
      return new URL(/https?:\/\/\S+/.exec(text)![0]);
    },
  };
}
