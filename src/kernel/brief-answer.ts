const briefKey = Symbol('brief form');

/** Says what is kept of an answer that is too large to be kept whole. The first request gets that form, too. */
export function briefForm<Answer extends object>(answer: Answer, make: () => object): Answer {
  Object.defineProperty(answer, briefKey, { value: make });
  return answer;
}

/** @returns the brief form of an answer, if it has one of its own. */
export function briefFormOf(answer: object): object | undefined {
  return (answer as { [briefKey]?: () => object })[briefKey]?.();
}
