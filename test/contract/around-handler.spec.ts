import { randomUUID } from 'node:crypto';
import { Body, Controller, type ExecutionContext, Injectable, Module, Post } from '@nestjs/common';
import type { Caller } from '../../src/kernel/caller';
import { DomainError } from '../../src/kernel/domain-error';
import { EventRecorder } from '../../src/kernel/event-recorder';
import { tooBusy } from '../../src/kernel/too-busy';
import { sourcesErrors } from '../../src/contexts/sources/sources.errors';
import { Transactions } from '../../src/platform/database/transactions';
import { Text } from '../../src/platform/fields/fields';
import { Around, AroundHandler, type Handler } from '../../src/platform/http/around-handler';
import { type Operation, operations } from '../../src/platform/http/operations';
import { CurrentCaller, type GuardedRequest } from '../../src/platform/http/request';
import { OutboxModule } from '../../src/platform/outbox/outbox.module';
import { useApi } from '../support/api';
import { breakDatabase, statementsDuring } from '../support/statements';

/** Two features; a test says what they do. One that is not asked for hands on. */
class Feature extends AroundHandler {
  does: AroundHandler['around'] = (_context, handler) => handler();

  override around(context: ExecutionContext, handler: Handler): Promise<object | undefined> {
    return this.does(context, handler);
  }
}
@Injectable()
class Outer extends Feature {}
@Injectable()
class Inner extends Feature {}

class ThingInput {
  @Text({ max: 36, required: sourcesErrors.name_required, description: 'Of the thing.' })
  id!: string;
}

/** What a feature and a service write here: events, which can be told apart by the ids of their things. */
@Injectable()
class ThingsService {
  readonly effects: string[] = [];

  constructor(
    private readonly transactions: Transactions,
    private readonly events: EventRecorder,
  ) {}

  async create(caller: Caller, id: string): Promise<{ id: string }> {
    return this.transactions.run(async () => {
      await this.write(caller, id);
      this.transactions.afterCommit(() => this.effects.push(id));
      if (id === missing) throw new DomainError(sourcesErrors.not_found);
      return { id };
    });
  }

  async write(caller: Caller, id: string): Promise<void> {
    await this.events.record(caller, { type: 'contact.created', entity_id: id, data: { id } });
  }
}

@Controller('things')
class ThingsController {
  constructor(private readonly things: ThingsService) {}

  @Around(Outer)
  @Post()
  @Around(Inner)
  create(@CurrentCaller() caller: Caller, @Body() { id }: ThingInput): Promise<{ id: string }> {
    return this.things.create(caller, id);
  }

  @Post('plain')
  plain(@CurrentCaller() caller: Caller, @Body() { id }: ThingInput): Promise<{ id: string }> {
    return this.things.create(caller, id);
  }
}

@Module({ imports: [OutboxModule], controllers: [ThingsController], providers: [ThingsService, Outer, Inner] })
class ThingsModule {}

/** The service finds out, after it wrote, that a thing with this id cannot be. */
const missing = randomUUID();
const operation: Operation = { name: 'things-create', routes: ['POST things'] };

(operations as Map<string, Operation>).set(operation.name, operation);
const { program, ada } = useApi({
  wrap: (root) => ({ module: ThingsModule, imports: [root] }),
  accountFor: 'all tests',
});
let things: ThingsService;
let transactions: Transactions;
let outer: Feature;
let inner: Feature;

beforeAll(() => {
  things = program.app.get(ThingsService);
  transactions = program.app.get(Transactions);
  [outer, inner] = [program.app.get(Outer), program.app.get(Inner)];
});
beforeEach(() => {
  const handOn: AroundHandler['around'] = (_context, handler) => handler();
  [outer.does, inner.does] = [handOn, handOn];
  things.effects.length = 0;
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly result?: object; readonly error?: { readonly code: string; readonly message: string } };
}

async function post(path: string, body: object): Promise<Answer> {
  const headers = { Authorization: `Bearer ${ada.access_token}`, 'Content-Type': 'application/json' };
  const response = await fetch(`${program.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

async function written(...ids: string[]): Promise<unknown[]> {
  const rows = await program.sql<{ id: string }>('select entity_id as id from events where entity_id = any($1)', [ids]);
  return rows.map(({ id }) => id).sort();
}

const callerOf = (context: ExecutionContext) => context.switchToHttp().getRequest<GuardedRequest>().caller!;

describe.each([
  ['a route', '/api/v1/things'],
  ['the operation that stands for it', '/api/things-create'],
])('a feature around the handler of %s', (_door, path) => {
  it('writes in one transaction with the handler’s service, and sees the result before the commit', async () => {
    const [ofFeature, ofHandler] = [randomUUID(), randomUUID()];
    let seen: unknown;
    inner.does = (context, handler) =>
      transactions.run(async () => {
        await things.write(callerOf(context), ofFeature);
        const result = await handler();
        seen = { result, committed: await written(ofFeature, ofHandler), effects: [...things.effects] };
        return result;
      });
    const { status, body } = await post(path, { id: ofHandler });
    expect([status, body]).toEqual([200, { ok: true, result: { id: ofHandler } }]);
    expect(seen).toEqual({ result: { id: ofHandler }, committed: [], effects: [] });
    expect(await written(ofFeature, ofHandler)).toEqual([ofFeature, ofHandler].sort());
    expect(things.effects).toEqual([ofHandler]);
  });

  it('is undone with a handler that fails, whose code is answered', async () => {
    const ofFeature = randomUUID();
    inner.does = (context, handler) =>
      transactions.run(async () => {
        await things.write(callerOf(context), ofFeature);
        return handler();
      });
    const { status, body } = await post(path, { id: missing });
    expect([status, body.error?.code]).toEqual([404, 'sources.not_found']);
    expect(await written(ofFeature, missing)).toEqual([]);
    expect(things.effects).toEqual([]);
  });

  it('that fails undoes what the handler did', async () => {
    const id = randomUUID();
    inner.does = (_context, handler) =>
      transactions.run(async () => {
        await handler();
        throw new Error('a fault of the feature');
      });
    const { status, body } = await post(path, { id });
    expect([status, body.error?.code]).toEqual([500, 'api.internal']);
    expect(body.error?.message).not.toContain('fault of the feature');
    expect(await written(id)).toEqual([]);
    expect(things.effects).toEqual([]);
  });

  it('answers without the handler, and without a transaction', async () => {
    const id = randomUUID();
    inner.does = async () => ({ id: 'as before' });
    let answer: Answer | undefined;
    const statements = await statementsDuring(async () => (answer = await post(path, { id })));
    expect([answer?.status, answer?.body]).toEqual([200, { ok: true, result: { id: 'as before' } }]);
    expect(statements.filter(({ text }) => text === 'begin')).toEqual([]);
    expect(await written(id)).toEqual([]);
  });

  it('turns a request away before there is a transaction', async () => {
    inner.does = async () => {
      throw tooBusy(new Error('it waited for too long'));
    };
    let answer: Answer | undefined;
    const statements = await statementsDuring(async () => (answer = await post(path, { id: randomUUID() })));
    expect([answer?.status, answer?.body.error?.code]).toEqual([429, 'rate_limit.exceeded']);
    expect(answer?.headers.get('retry-after')).toBe('1');
    expect(statements.filter(({ text }) => text === 'begin')).toEqual([]);
  });

  it('answers what would be, and rolls it back', async () => {
    const id = randomUUID();
    inner.does = (_context, handler) => transactions.dryRun(handler);
    const { status, body } = await post(path, { id });
    expect([status, body]).toEqual([200, { ok: true, result: { id } }]);
    expect(await written(id)).toEqual([]);
    expect(things.effects).toEqual([]);
  });

  it('refuses as the handler does when it rolls back', async () => {
    inner.does = (_context, handler) => transactions.dryRun(handler);
    const { status, body } = await post(path, { id: missing });
    expect([status, body.error?.code]).toEqual([404, 'sources.not_found']);
  });

  it('is inside one that stands above it', async () => {
    const seen: string[] = [];
    const told =
      (name: string): AroundHandler['around'] =>
      async (_context, handler) => {
        seen.push(`${name} begins`);
        const result = await handler();
        seen.push(`${name} ends`);
        return result;
      };
    [outer.does, inner.does] = [told('outer'), told('inner')];
    await post(path, { id: randomUUID() });
    expect(seen).toEqual(['outer begins', 'inner begins', 'inner ends', 'outer ends']);
  });

  it('is not asked about input that is refused', async () => {
    const asked = jest.fn(async () => undefined);
    outer.does = asked;
    const { status, body } = await post(path, {});
    expect([status, body.error?.code]).toEqual([400, 'sources.name_required']);
    expect(asked).not.toHaveBeenCalled();
  });
});

it('a transaction that met a deadlock calls the handler again, and has its effects once', async () => {
  const id = randomUUID();
  inner.does = (_context, handler) => transactions.run(handler);
  const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' });
  const restore = breakDatabase(/insert into events/, deadlock, 1);
  const { status } = await post('/api/v1/things', { id });
  restore();
  expect(status).toBe(200);
  expect(await written(id)).toEqual([id]);
  expect(things.effects).toEqual([id]);
});

it('a route without a feature has none', async () => {
  const asked = jest.fn(async () => undefined);
  [outer.does, inner.does] = [asked, asked];
  const id = randomUUID();
  const { status, body } = await post('/api/v1/things/plain', { id });
  expect([status, body.result]).toEqual([200, { id }]);
  expect(asked).not.toHaveBeenCalled();
});
