import { useApi } from '../support/api';
import { newEmail, password, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { seconds } from '../support/clock';
import { all, type Answering } from '../support/outcome';
import { resetTokens, verifyEmail } from '../support/proof';

interface ShownApp {
  readonly app: { readonly id: string; readonly client_id: string };
  readonly client_secret: string;
}

// Of its own file, because a mail is sent by whichever instance finds it first: here neither looks for any by itself.
const { program: strict } = useApi({ environment: { REQUIRE_VERIFIED_EMAIL: 'true' } });
/** An instance on the same database that asks for no proof. */
const { program: relaxed } = useApi();

const other = 'staple-orbit-window-9';
const good = [200, undefined];
const forbidden = [403, 'auth.forbidden'];

const grant = ({ app, client_secret }: ShownApp, on: TestApp) =>
  on.client.post<{ access_token: string }>('/oauth/token', {
    grant_type: 'client_credentials',
    client_id: app.client_id,
    client_secret,
  });

const routes = (as: Client): Answering[] => [
  as.get('/contacts'),
  as.post('/contacts', { first_name: 'Grace' }),
  as.get('/users'),
  as.post('/users/invite', { email: newEmail(), name: 'Bob' }),
  as.get('/account'),
  as.post('/oauth-apps', { name: 'Export' }),
  as.call('contacts-list'),
];

it('without a proof only /auth/* is allowed, and with it everything at once', async () => {
  const session = await strict.register();
  const as = strict.client.as(session);
  await all(forbidden, ...routes(as));
  expect((await as.get('/contacts')).error.message).toMatch(/e-mail address/);
  await all(
    good,
    as.get('/auth/me'),
    as.patch('/auth/me', { name: 'Ada' }),
    as.call('auth-me'),
    strict.client.get('/errors'),
  );
  await all(good, strict.client.post('/auth/refresh', { refresh_token: session.refresh_token }));
  await all([401, 'auth.required'], strict.client.get('/contacts'));
  await verifyEmail(strict, session.user.email);
  await all(good, ...routes(as));
});

it('whoever accepted an invitation or set a new password has proved it', async () => {
  const owner = await strict.register();
  const [token] = await resetTokens(strict, owner.user.email);
  await all(good, strict.client.post('/auth/reset-password', { token, new_password: other }));
  const body = { email: owner.user.email, password: other };
  const as = strict.client.as((await strict.client.post<SignedIn>('/auth/login', body)).result);
  await all(good, ...routes(as));
  const invitation = { email: newEmail(), name: 'Bob' };
  const { invite_token } = (await as.post<{ invite_token: string }>('/users/invite', invitation)).result;
  const accepted = await strict.client.post<SignedIn>('/auth/accept-invite', { token: invite_token, password });
  await all(good, strict.client.as(accepted.result).get('/contacts'));
});

it('an app is kept out as long as nobody of the account has proved an address', async () => {
  const owner = await relaxed.register();
  const app = (await relaxed.client.as(owner).post<ShownApp>('/oauth-apps', { name: 'Export' })).result;
  const as = strict.client.as((await grant(app, strict)).result);
  await all(good, relaxed.client.as((await grant(app, relaxed)).result).get('/contacts'));
  await all(forbidden, as.get('/contacts'), as.get('/webhooks'));
  await verifyEmail(relaxed, owner.user.email);
  strict.clock.move(seconds(1));
  await all(good, as.get('/contacts'), as.get('/webhooks'));
});
