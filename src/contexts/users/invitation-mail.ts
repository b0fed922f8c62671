import type { Mail } from '../../platform/mail/mailer';

/** Users choose names. A mail shows them on one line, cut to a sensible length. */
function plain(name: string): string {
  const line = name.replaceAll(/[\s\p{C}]+/gu, ' ').trim();
  return [...line].slice(0, 80).join('');
}

export function invitationMail(
  invited: { readonly email: string; readonly name: string },
  names: { readonly inviter: string; readonly account: string },
  publicUrl: string,
  token: string,
): Mail {
  const [inviter, account] = [plain(names.inviter), plain(names.account)];
  return {
    to: invited.email,
    subject: `${inviter} invites you to ${account}`,
    text: [
      `Hello ${plain(invited.name)},`,
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
