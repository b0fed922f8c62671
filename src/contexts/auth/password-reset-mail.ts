import { plainName } from '../../platform/mail/mail-names';
import type { Mail } from '../../platform/mail/mailer';

/** A link of a mail about a lost password. */
export interface ResetLink {
  readonly token: string;
  /** The account whose invitation the link accepts; null: the link is for the account of the user. */
  readonly invitedTo: string | null;
}

/**
 * @param links at least one. There are several if nobody has proved the address, and accounts have invited it: the link
 * that is used decides whose it is.
 */
export function passwordResetMail(to: string, publicUrl: string, links: readonly ResetLink[]): Mail {
  return {
    to,
    subject: 'Set a new password for Tideline',
    text: [
      'Hello,',
      '',
      'somebody, hopefully you, asked for a new password for Tideline.',
      ...(links.length > 1 ? ['Only the first link that you use is good: the others end with it.'] : []),
      ...links.flatMap(({ token, invitedTo }) => [
        invitedTo === null
          ? 'Choose one here, within an hour:'
          : `To accept the invitation to ${plainName(invitedTo)}, choose one here, within an hour:`,
        '',
        `${publicUrl}/reset-password?token=${token}`,
        '',
      ]),
      'If it was not you, do nothing: the old password stays.',
      '',
    ].join('\n'),
  };
}
