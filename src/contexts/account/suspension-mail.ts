import { plainName } from '../../platform/mail/mail-names';
import type { Mail } from '../../platform/mail/mailer';
import type { SuspendedView } from './account.view';

/** Maximum number of apps, of webhooks and of users that the mail names. */
const maxNamed = 20;

export function suspensionMail(to: string, { apps, webhooks, users }: SuspendedView): Mail {
  return {
    to,
    subject: 'What was made in your Tideline account before is suspended',
    text: [
      'Hello,',
      '',
      'you have set a new password, and so proved that this e-mail address is yours.',
      'Until now nobody had, so somebody else may have registered with it. What was made in the',
      'account before has stopped, until you say that it is yours:',
      ...section(
        'OAuth apps',
        apps.map(({ name }) => name),
      ),
      ...section(
        'Webhook endpoints',
        webhooks.map(({ url }) => url),
      ),
      ...section(
        'Other users',
        users.map(({ name, email }) => `${name} (${email})`),
      ),
      '',
      'GET /api/v1/account lists all of it. If all of it is yours, bring it back:',
      '',
      'POST /api/v1/account/confirm-before',
      '',
      'One by one: activate a user, switch on a webhook endpoint, or give an app a new secret.',
      'Leave, revoke or delete what you do not know.',
      '',
    ].join('\n'),
  };
}

function section(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const rest = names.length - maxNamed;
  const named = names.slice(0, maxNamed).map((name) => `- ${plainName(name)}`);
  return ['', `${title}:`, ...named, ...(rest > 0 ? [`- and ${rest} more`] : [])];
}
