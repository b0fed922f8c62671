import type { Mail } from '../../platform/mail/mailer';

export function emailVerificationMail(to: string, publicUrl: string, token: string): Mail {
  return {
    to,
    subject: 'Confirm your e-mail address for Tideline',
    text: [
      'Hello,',
      '',
      'somebody, hopefully you, registered with Tideline and gave this e-mail address.',
      'If it was you, confirm the address here, within seven days:',
      '',
      `${publicUrl}/verify-email?token=${token}`,
      '',
      'If it was not you, do not confirm it: whoever registered would keep the account.',
      'The address stays free for you. An invitation that you accept takes it back, and so does a new password.',
      '',
    ].join('\n'),
  };
}
