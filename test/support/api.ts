import type { DynamicModule } from '@nestjs/common';
import { password, startApp, type TestApp } from './app';
import type { Client, SignedIn } from './client';
import { live } from './live';

interface Options {
  readonly environment?: Record<string, string>;
  /** Puts the program's module into another one, to add routes for a test. */
  readonly wrap?: (program: DynamicModule) => DynamicModule;
  /** Whether `ada` and `client` are of one account for all tests, or of a new one for each. Without it: `newAccount`. */
  readonly accountFor?: 'all tests' | 'each test';
  /** The clock stays as tests and hooks leave it; else it is reset before each test. */
  readonly keepClock?: boolean;
}

interface Api {
  readonly program: TestApp;
  /** The owner of the account. */
  readonly ada: SignedIn;
  /** Calls with Ada's token, unless `use` was told of another. */
  readonly client: Client;
  /** Makes an account at the present time; it becomes that of `ada` and `client`. */
  newAccount(): Promise<void>;
  /** Has `client` call with the token of this session. */
  use(session: Pick<SignedIn, 'access_token'>): void;
  /** Signs Ada in once more, for `client`. */
  signIn(): Promise<void>;
  /** Moves the clock and signs in again, since a token lives for 15 minutes. @param milliseconds forward. */
  later(milliseconds: number): Promise<void>;
}

/** Starts the program before the tests of this file, or of this `describe`, and closes it after them. */
export function useApi({ environment, wrap, accountFor, keepClock = false }: Options = {}): Api {
  let program: TestApp | undefined;
  let ada: SignedIn | undefined;
  let client: Client | undefined;

  const current = live(() => program, 'The program is started before the first test.');
  const use: Api['use'] = (session) => {
    client = current.client.as(session);
  };
  const newAccount = async () => {
    current.clock.reset();
    ada = await current.register();
    use(ada);
  };
  const signIn = async () => {
    const body = { email: ada!.user.email, password };
    use((await current.client.post<SignedIn>('/auth/login', body)).result);
  };

  beforeAll(async () => {
    program = await startApp(environment, wrap);
    if (accountFor === 'all tests') await newAccount();
  });
  afterAll(() => program?.close());
  beforeEach(async () => {
    if (!keepClock) current.clock.reset();
    if (accountFor === 'each test') await newAccount();
  });

  return {
    program: current,
    ada: live(() => ada, 'There is no account yet.'),
    client: live(() => client, 'There is no account yet.'),
    newAccount,
    use,
    signIn,
    later: async (milliseconds) => {
      current.clock.move(milliseconds);
      await signIn();
    },
  };
}
