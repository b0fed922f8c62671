import type { Mail } from '../../platform/mail/mailer';

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
