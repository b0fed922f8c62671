import { plainName } from '../../platform/mail/mail-names';
import type { Mail } from '../../platform/mail/mailer';

export function invitationMail(
  invited: { readonly email: string; readonly name: string },
  names: { readonly inviter: string; readonly account: string },
  publicUrl: string,
  token: string,
): Mail {
  return {
    to: invited.email,
    subject: 'An invitation to Tideline',
    text: [
      `Hello ${plainName(invited.name)},`,
      '',
      `${plainName(names.inviter)} invites you to work with`,
      `${plainName(names.account)} in Tideline.`,
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
