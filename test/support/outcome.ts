import type { Answer } from './client';

export type Answering = Promise<Answer<unknown>>;

/** Status and code of an answer; a success has no code. */
export async function outcome(answer: Answering): Promise<unknown[]> {
  const { status, body } = await answer;
  return [status, (body as { error?: { code: string } }).error?.code];
}

/** Every answer has this status and code. */
export async function all(expected: unknown[], ...answers: Answering[]): Promise<void> {
  expect(await Promise.all(answers.map(outcome))).toEqual(answers.map(() => expected));
}

/** @returns an expectation: 400 with this code, and details that name these fields. */
export function refusedWith(code: string): (answer: Answering, ...fields: string[]) => Promise<void> {
  return async (answer, ...fields) => {
    expect(await outcome(answer)).toEqual([400, code]);
    expect((await answer).error.details?.map(({ field }) => field)).toEqual(fields);
  };
}
