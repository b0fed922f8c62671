import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import type { Config } from '../config/config';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** How mails leave the house. */
export abstract class Mailer {
  /**
   * @param id the same at every attempt to send this mail, so that a second one can be told from another mail.
   * @throws whatever keeps it from being handed over.
   */
  abstract send(id: string, mail: Mail, signal: AbortSignal): Promise<void>;
}

export class SmtpMailer extends Mailer {
  private readonly transport;

  constructor(
    smtpUrl: string,
    private readonly config: Pick<Config, 'mailFrom' | 'publicUrl'>,
  ) {
    super();
    this.transport = createTransport({ url: smtpUrl, disableFileAccess: true, disableUrlAccess: true });
  }

  override async send(id: string, mail: Mail, signal: AbortSignal): Promise<void> {
    await this.transport.sendMail({ ...messageOf(id, mail, this.config), signal });
  }
}

/** For trying out: nothing is sent, the mails can be read in a directory. */
export class FileMailer extends Mailer {
  private readonly transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(
    private readonly directory: string,
    private readonly config: Pick<Config, 'mailFrom' | 'publicUrl'>,
    private readonly logger: Logger,
  ) {
    super();
  }

  override async send(id: string, mail: Mail): Promise<void> {
    const { message } = await this.transport.sendMail(messageOf(id, mail, this.config));
    // The ids are in the order of their making, so the files are. They hold links that open accounts: nobody else's business.
    const file = join(this.directory, `${id}.eml`);
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    await writeFile(`${file}.part`, message as Buffer, { mode: 0o600 });
    await rename(`${file}.part`, file);
    this.logger.info({ file }, 'a mail was written to a file, since SMTP_URL is not set');
  }
}

function messageOf(
  id: string,
  { to, subject, text }: Mail,
  { mailFrom, publicUrl }: Pick<Config, 'mailFrom' | 'publicUrl'>,
) {
  return {
    from: mailFrom,
    // As an object: a text would be taken apart at commas.
    to: { name: '', address: to },
    subject,
    text,
    messageId: `<${id}@${new URL(publicUrl).hostname}>`,
    // RFC 3834: vacation notices and the like are not wanted in answer.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** Recipient or text will never be taken (RFC 5321, 4.2.1). Refusing us as a sender is different: that can be mended. */
export function isRefusedForGood(error: unknown): boolean {
  const { command, responseCode } = error as { command?: unknown; responseCode?: unknown };
  const isAboutTheMail = command === 'RCPT TO' || command === 'DATA';
  return isAboutTheMail && Number(responseCode) >= 500 && ![530, 535].includes(Number(responseCode));
}
