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

/** Hands mails to a mail server, or to a directory. */
export abstract class Mailer {
  /**
   * @param id the same at each attempt, so that a receiver can recognise a second copy.
   * @throws if the mail was not handed over.
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

/** Writes mails as files into a directory instead of sending them; for development. */
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
    // Ids are in the order of time, and so are the files. Mails hold links that open accounts, so only the owner may
    // read them.
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
    // As an object, because nodemailer splits a text at commas.
    to: { name: '', address: to },
    subject,
    text,
    messageId: `<${id}@${new URL(publicUrl).hostname}>`,
    // RFC 3834: asks for no automatic answers, such as vacation notices.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/**
 * Whether recipient or content will never be accepted (RFC 5321, 4.2.1). A refusal of the sender is not of this kind:
 * the operator can mend that.
 */
export function isRefusedForGood(error: unknown): boolean {
  const { command, responseCode } = error as { command?: unknown; responseCode?: unknown };
  const isAboutTheMail = command === 'RCPT TO' || command === 'DATA';
  return isAboutTheMail && Number(responseCode) >= 500 && ![530, 535].includes(Number(responseCode));
}
