import type { Mail } from '../../platform/mail/mailer';

export function invitationMail(
  invited: { readonly email: string; readonly name: string },
  { inviter, account }: { readonly inviter: string; readonly account: string },
  publicUrl: string,
  token: string,
): Mail {
  return {
    to: invited.email,
    subject: `${inviter} invites you to ${account}`,
    text: [
      `Hello ${invited.name},`,
      '',
      `${inviter} invites you to work with`,
      `${account} in Tideline.`,
      '',
      'Choose a password here, within seven days:',
      '',
      `${publicUrl}/accept-invite?token=${token}`,
      '',
      'If you did not expect this, do nothing.',
      '',
    ].join('\n'),
  };
}
