import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app';

/** By their ids, in an order in which what a call needs was shown by one before it. */
const walk = [
  ...['errors_list', 'auth_me', 'auth_updateMe', 'auth_forgotPassword'],
  ...['sources_create', 'sources_list', 'sources_get', 'sources_update', 'sources_archive', 'sources_unarchive'],
  'sources_upsert',
  ...['customfields_create', 'customfields_list', 'customfields_get', 'customfields_update'],
  ...['companies_create', 'companies_list', 'companies_get', 'companies_update'],
  ...['companies_upsert', 'companies_bulk'],
  ...['contacts_create', 'contacts_list', 'contacts_get', 'contacts_update'],
  ...['contacts_upsert', 'contacts_bulk'],
  ...['projects_create', 'projects_list', 'projects_get', 'projects_update'],
  ...['projects_upsert', 'projects_bulk'],
  ...['projects_putContact', 'projects_listContacts'],
  ...['activities_create', 'activities_list', 'activities_get', 'activities_update', 'activities_schemas'],
  ...['activities_upsert', 'activities_bulk'],
  ...['oauthapps_create', 'oauth_token', 'oauthapps_list', 'oauthapps_get', 'oauthapps_update'],
  ...['oauthapps_rotateSecret', 'oauth_token'],
  ...['webhooks_create', 'webhooks_list', 'webhooks_get', 'webhooks_update', 'webhooks_rotateSecret', 'webhooks_test'],
  ...['webhooks_listDeliveries', 'webhooks_getDelivery', 'webhooks_retryDelivery', 'webhooks_replay', 'events_list'],
  ...['imports_create', 'imports_list', 'imports_upload', 'imports_completeUpload', 'imports_confirm', 'imports_get'],
  ...[
    'imports_listRows',
    'imports_again',
    'imports_listErrors',
    'imports_errorsFile',
    'imports_undo',
    'imports_create',
    'imports_cancel',
  ],
  ...['users_invite', 'auth_acceptInvitation', 'users_list', 'users_get', 'users_update'],
  ...['users_deactivate', 'users_activate'],
  ...['projects_removeContact', 'activities_delete', 'projects_delete', 'contacts_delete', 'companies_delete'],
  ...['customfields_delete', 'webhooks_delete', 'oauthapps_revoke'],
  ...['account_get', 'account_confirmBefore'],
];

/** Some of them: they are other names of routes, and called like these. */
const someOperations = ['contacts_create', 'contacts_list', 'contacts_get', 'webhooks_create', 'webhooks_get'];

const farewell = ['auth_changePassword', 'auth_login', 'auth_logout'];

const beforeAuthorization = ['auth_register', 'auth_login', 'auth_refresh'];

const exceptions: Readonly<Record<string, string>> = {
  auth_resetPassword: 'Its token is told in a mail only.',
  auth_verifyEmail: 'As above.',
};

const file = {
  name: 'contacts.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from('First Name,E-mail\nAda,ada@acme.example\n'),
};

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
}

let program: TestApp;
let browser: Browser;
let page: Page;
/** The routes, by their ids. */
const operations = new Map<string, Operation>();
const requested: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  // Imports are done, so that they can be undone.
  program = await startApp({ WORKERS: 'on' });
  const { paths } = (await (await fetch(`${program.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    operations.set(operation.operationId, operation);
  }
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  page.setDefaultTimeout(120_000);
  page.setDefaultNavigationTimeout(120_000);
  page.on('request', (request) => requested.push(request.url()));
  page.on('console', (message) => {
    // Swagger UI says so of every link with an underscore, and follows it.
    if (message.text().startsWith('Deprecated: escaping deep link whitespace')) return;
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${program.url}/docs`);
});

afterAll(async () => {
  await browser?.close();
  await program?.close();
});

const blockOf = (operationId: string) =>
  page.locator(`#operations-${operations.get(operationId)!.tags[0]}-${operationId}`);

/** Unfolded. */
async function open(operationId: string): Promise<Locator> {
  const block = blockOf(operationId);
  if ((await block.locator('.opblock-body').count()) === 0) await block.locator('.opblock-summary-control').click();
  await block.locator('.btn.execute').waitFor();
  return block;
}

/** As somebody does who was sent a link to a call. */
async function follow(operationId: string, document: string): Promise<void> {
  const call = `${operations.get(operationId)!.tags[0]}/${operationId}`;
  await page.goto(`${program.url}/docs?urls.primaryName=${document}#/${call}`);
  await page.reload();
  await blockOf(operationId).locator('.btn.execute').waitFor();
}

async function close(block: Locator): Promise<void> {
  await block.locator('.opblock-summary-control').click();
  await block.locator('.opblock-body').waitFor({ state: 'detached' });
}

/** Presses Execute, with what is there. @returns what the page shows of the answer. */
async function execute(operationId: string): Promise<string> {
  const block = await open(operationId);
  const input = block.locator('input[type=file]');
  if ((await input.count()) > 0) await input.setInputFiles(file);
  const clear = block.locator('.btn-clear');
  if ((await clear.count()) > 0) await clear.click();
  await block.locator('.btn.execute').click();
  const answer = block.locator('.live-responses-table .response').first();
  await answer.waitFor();
  const status = await answer.locator('.response-col_status').innerText();
  const body = (await answer.locator('.microlight, code').allInnerTexts()).join('\n');
  await close(block);
  return `${status.trim()} ${body}`;
}

const isAuthorized = () => page.locator('.auth-wrapper .btn.authorize.locked').isVisible();

let token: string;

describe('Swagger UI', () => {
  it('is tried out with every route there is', () => {
    const known = new Set([...beforeAuthorization, ...walk, ...farewell, ...Object.keys(exceptions)]);
    expect([...known].sort()).toEqual([...operations.keys()].sort());
  });

  it.each(beforeAuthorization)('%s gives a 200 to somebody who is not signed in', async (operationId) => {
    const answer = await execute(operationId);
    expect(answer).toMatch(/^200\b/);
    token = /"access_token": "([^"]+)"/.exec(answer)![1]!;
  });

  it('takes the token once, by hand, and keeps it', async () => {
    expect(await isAuthorized()).toBe(false);
    await page.locator('.auth-wrapper .btn.authorize').click();
    await page.locator('.modal-ux #auth-bearer-value').fill(token);
    await page
      .locator('.modal-ux form', { has: page.locator('#auth-bearer-value') })
      .locator('.btn.authorize')
      .click();
    await page.locator('.modal-ux .close-modal').click();
    await page.reload();
    await page.locator('.auth-wrapper .btn.authorize').waitFor();
    expect(await isAuthorized()).toBe(true);
  });

  it.each(walk)('%s gives a 200 with what is filled in', async (operationId) => {
    if (operationId === 'imports_undo') await importsAreOver();
    expect(await execute(operationId)).toMatch(/^200\b/);
  });

  describe('with the operations', () => {
    const path = () => blockOf('contacts_create').locator('.opblock-summary-path').getAttribute('data-path');

    it('they are chosen in the bar', async () => {
      expect(await path()).toBe('/api/v1/contacts');
      await page.locator('.topbar select').selectOption({ label: 'Operations' });
      await page.locator('#operations-users-users_set_active').waitFor();
      expect(await path()).toBe('/api/contacts-create');
      expect(await execute('contacts_create')).toMatch(/^200\b/);
    });

    it.each(someOperations)('%s gives a 200 with what is filled in', async (operationId) => {
      await follow(operationId, 'Operations');
      expect(await execute(operationId)).toMatch(/^200\b/);
    });

    it('a link leads back to the routes', async () => {
      // It would open a page of its own.
      const link = await page.locator('.info a', { hasText: /^routes$/ }).getAttribute('href');
      await page.goto(new URL(link!, program.url).href);
      await blockOf('auth_register').waitFor();
      expect(await path()).toBe('/api/v1/contacts');
    });
  });

  it.each(farewell)('%s gives a 200 with what is filled in', async (operationId) => {
    expect(await execute(operationId)).toMatch(/^200\b/);
  });

  it('leaves what somebody typed', async () => {
    const block = await open('sources_get');
    const id = block.locator('tr[data-param-name=id] input');
    const typed = '0190a6c0-0000-7000-8000-000000000000';
    await id.fill(typed);
    const body = (await open('activities_create')).locator('textarea');
    await body.fill('{}');
    // An answer that shows ids, which needs no token any more.
    expect(await execute('auth_login')).toMatch(/^200\b/);
    expect(await id.inputValue()).toBe(typed);
    expect(await body.inputValue()).toBe('{}');
    mkdirSync('test-results', { recursive: true });
    await page.screenshot({ path: join('test-results', 'swagger-ui.png') });
  });

  it('sends nothing to anybody but this server', async () => {
    await page.goto(`${program.url}/docs?url=https://elsewhere.example/openapi.json`);
    await page.locator('.opblock').first().waitFor();
    expect(requested.length).toBeGreaterThan(walk.length);
    expect(requested.filter((url) => !url.startsWith(`${program.url}/`) && !url.startsWith('data:'))).toEqual([]);
  });

  it('gives the browser no cause for complaint', () => {
    expect(complaints).toEqual([]);
  });
});

async function importsAreOver(): Promise<void> {
  for (;;) {
    const [row] = await program.sql<{ busy: number }>(
      `select count(*)::int as busy from imports where status in ('queued', 'processing')`,
    );
    if (row!.busy === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
