import type { Mail } from '../../platform/mail/mailer';

/** From the request on, in milliseconds: what comes later than that is not expected any more. */
export const passwordResetMailLifetime = 60 * 60 * 1_000;

export function passwordResetMail(to: string, publicUrl: string, token: string): Mail {
  return {
    to,
    subject: 'Set a new password for Tideline',
    text: [
      'Hello,',
      '',
      'somebody, hopefully you, asked for a new password for Tideline.',
      'Choose one here, within an hour:',
      '',
      `${publicUrl}/reset-password?token=${token}`,
      '',
      'If it was not you, do nothing: the old password stays.',
      '',
    ].join('\n'),
  };
}
