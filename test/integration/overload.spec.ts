import { startApp, type TestApp } from '../support/app';

/** Even a process with nothing to do is later than that. */
const overload = { maxEventLoopDelay: 1e-6, sampleInterval: 10 };

const programs: TestApp[] = [];
const start = async (...given: Parameters<typeof startApp>) => {
  const program = await startApp(...given);
  programs.push(program);
  return program;
};
afterAll(() => Promise.all(programs.map((program) => program.close())));

const limits = { RATE_LIMITS: 'on', RATE_LIMIT_PUBLIC: '1000/100000' };
const ask = ({ url }: TestApp, path: string) => fetch(`${url}${path}`);
const repeatedly = async (program: TestApp, path: string) => {
  const statuses = new Set<number>();
  for (let turn = 0; turn < 30; turn++) statuses.add((await ask(program, path)).status);
  return [...statuses];
};

describe('a process that cannot keep up', () => {
  let program: TestApp;
  beforeAll(async () => {
    program = await start(limits, undefined, { overload });
  });

  it('turns requests to the API away, and says when to come again', async () => {
    let answer = await ask(program, '/api/v1/errors');
    for (let turn = 0; answer.status === 200 && turn < 1_000; turn++) answer = await ask(program, '/api/v1/errors');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await answer.json()).toEqual({
      ok: false,
      error: {
        code: 'rate_limit.exceeded',
        message: expect.any(String) as string,
        request_id: answer.headers.get('x-request-id'),
      },
    });
  });

  it.each(['/health/live', '/health/ready', '/metrics', '/docs'])('answers %s', async (path) => {
    expect(await repeatedly(program, path)).toEqual([200]);
  });

  it('says of a route that there is none', async () => {
    expect(await repeatedly(program, '/api/v1/nothing')).toEqual([404]);
  });

  it('has no route of its own for its state', async () => {
    expect((await ask(program, '/status')).status).toBe(404);
  });
});

it('with limits off nothing is turned away', async () => {
  const program = await start({ RATE_LIMITS: 'off' }, undefined, { overload });
  expect(await repeatedly(program, '/api/v1/errors')).toEqual([200]);
});

it('a process that is busy like any other is not overloaded', async () => {
  const program = await start(limits);
  expect(await repeatedly(program, '/api/v1/errors')).toEqual([200]);
});
