import { plainName } from '../../platform/mail/mail-names';
import type { Mail } from '../../platform/mail/mailer';

/** Tells the owner of an address that a registration with it, which nobody has confirmed, has ended. */
export function displacedMail(to: string, accounts: { readonly lost: string; readonly joined: string }): Mail {
  return {
    to,
    subject: 'A registration with your e-mail address has ended',
    text: [
      'Hello,',
      '',
      'somebody, hopefully you, accepted an invitation with this e-mail address, to work with',
      `${plainName(accounts.joined)} in Tideline.`,
      '',
      'Somebody had registered with the address before, and never confirmed it, for the account',
      `${plainName(accounts.lost)}.`,
      'Nobody can sign in to that account with this address any more.',
      '',
      'If it was not you who accepted, ask for a new password, and tell whoever runs the server.',
      '',
    ].join('\n'),
  };
}
