/** What this uses of Swagger UI's plugin interface; its collections are Immutable.js ones. */
interface SwaggerUi {
  readonly fn: { getSampleSchema: Sampler };
  readonly getState: () => { readonly getIn: (path: readonly string[]) => Immutable | undefined };
  readonly specActions: {
    readonly changeParam: (path: Operation, name: string, place: string, value: string | undefined) => void;
  };
  readonly specSelectors: { readonly requestFor: (...operation: Operation) => Immutable | undefined };
  readonly oas3Actions: {
    readonly setRequestBodyValue: (body: { readonly value: unknown; readonly pathMethod: Operation }) => void;
  };
  readonly oas3Selectors: {
    readonly hasUserEditedBody: (...operation: Operation) => boolean;
    readonly selectDefaultRequestBodyValue: (...operation: Operation) => unknown;
  };
}

interface Immutable {
  readonly get: (key: string) => unknown;
  readonly toJS: () => unknown;
}

type Operation = readonly [path: string, method: string];
type Answered = Readonly<Record<string, unknown>>;

interface Answer {
  readonly status?: number;
  readonly body?: { readonly result?: Answered } | null;
}

interface Document {
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly Parameter[] }>>>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
}

/** What a person could not know beforehand: a parameter, and the name of the field that showed its value. */
type Blank = Parameter & { readonly operation: Operation; readonly field: string };

declare const sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };

type Sampler = (schema: unknown, type?: string | false, config?: Answered, override?: unknown) => unknown;

/**
 * A plugin of Swagger UI that remembers the ids, tokens and secrets that answers showed, and proposes them where a call
 * needs them: in path parameters and in the examples of bodies. What somebody typed always stays.
 *
 * The browser gets the text of this function, so it uses nothing from outside itself.
 */
export function rememberAnswers({ getSystem }: { readonly getSystem: () => SwaggerUi }): object {
  const storageKey = 'tideline:ids';
  const isId = (value: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
  /** By the names of fields, the latest one last. */
  const seen = new Map(JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as [string, string[]][]);
  const latest = (field: string) => seen.get(field)?.at(-1);
  const forget = (field: string, value: string) =>
    void seen.set(field, [...(seen.get(field) ?? [])].filter((each) => each !== value).slice(-20));
  const remember = (field: string, value: string) => {
    forget(field, value);
    seen.get(field)!.push(value);
  };

  let paths: Document['paths'] = {};
  let collections = new Set<string>();
  let blanks: readonly Blank[] = [];

  const otherNames: Readonly<Record<string, string>> = { webhook: 'endpoint', import: 'job', oauth_app: 'app' };

  /** `/custom-fields/{id}`, `/custom-fields` and the operation `/custom-fields-get` are about a `custom_field_id`. */
  const idFieldOf = (path: string) => {
    const collection = [...collections]
      .filter((name) => new RegExp(`[/-]${name}([/-]|$)`).test(path))
      .sort((one, other) => path.lastIndexOf(one) - path.lastIndexOf(other))
      .at(-1);
    const record = collection?.replace(/ies$/, 'y').replace(/s$/, '').replaceAll('-', '_');
    return record && `${otherNames[record] ?? record}_id`;
  };

  const read = (document: Document) => {
    paths = document.paths;
    const inPaths = Object.keys(paths).flatMap((path) =>
      [...path.matchAll(/\/([^/]+)(?=\/{)/g)].map(([, name]) => name!),
    );
    // Operations have no ids in their paths.
    collections = new Set(inPaths.length > 0 ? inPaths : document.tags.map(({ name }) => name));
    blanks = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { parameters = [] }]) =>
        parameters
          .filter(({ required }) => required)
          .map((parameter) => {
            const field = parameter.name === 'id' ? idFieldOf(path.split('{id}')[0]!)! : parameter.name;
            return { ...parameter, operation: [path, method] as const, field };
          }),
      ),
    );
  };

  const learn = (path: string, result: Answered) => {
    const { items, users, app, job, user, upload_url, signed_url } = result as Answered & {
      readonly [list in 'items' | 'users']?: readonly Answered[];
    };
    // The newest item comes first.
    for (const record of [...(items ?? users ?? [])]
      .reverse()
      .concat([app, job, user, result].filter(Boolean) as Answered[])) {
      const ownField = record.endpoint_id ? 'delivery_id' : record === user ? 'user_id' : idFieldOf(path);
      for (const [name, value] of Object.entries(record)) {
        const field = name === 'id' ? ownField : name === 'invite_token' ? 'token' : name;
        if (typeof value === 'string' && field && /(^token|_id|_token|_secret)$/.test(field)) remember(field, value);
      }
    }
    const upload = (upload_url ?? signed_url) as string | undefined;
    if (upload) new URL(upload).searchParams.forEach((value, name) => remember(name, value));
  };

  /** Under the name alone: what somebody types is kept under more than that, and goes before. */
  const fillParameters = () => {
    for (const { operation, name, in: place, field } of blanks) {
      getSystem().specActions.changeParam(operation, name, place, latest(field));
    }
  };

  const untouchedBodies = () =>
    Object.entries((getSystem().getState().getIn(['oas3', 'requestData'])?.toJS() ?? {}) as Record<string, object>)
      .flatMap(([path, methods]) => Object.keys(methods).map((method): Operation => [path, method]))
      // Bodies of the other document are kept, too.
      .filter(([path, method]) => paths[path]?.[method])
      .filter((operation) => {
        const body = getSystem()
          .getState()
          .getIn(['oas3', 'requestData', ...operation, 'bodyValue']);
        return typeof body === 'string' && !getSystem().oas3Selectors.hasUserEditedBody(...operation);
      });

  const takeIn = ([path, method]: Operation, { status = 0, body }: Answer) => {
    if (status !== 200) return;
    const untouched = untouchedBodies();
    const request = getSystem().specSelectors.requestFor(path, method)?.toJS() as { url: string; body?: unknown };
    if (body?.result) learn(path, body.result);
    const field = idFieldOf(path)!;
    if (method === 'delete' && path.split('{').length === 2) forget(field, request.url.split('/').at(-1)!);
    if (/-(delete|revoke)$/.test(path))
      forget(field, (JSON.parse(request.body as string) as Record<string, string>)[field]!);
    if (/[/-]change-password$/.test(path)) {
      const { new_password } = JSON.parse(request.body as string) as { new_password: string };
      for (const name of ['password', 'current_password']) remember(name, new_password);
    }
    const ids = [...seen].map(([field, values]) => [field, values.filter(isId)] as const);
    sessionStorage.setItem(storageKey, JSON.stringify(ids.filter(([, values]) => values.length > 0)));
    fillParameters();
    for (const pathMethod of untouched) {
      const value = getSystem().oas3Selectors.selectDefaultRequestBodyValue(...pathMethod);
      getSystem().oas3Actions.setRequestBodyValue({ value, pathMethod });
    }
  };

  const withRemembered = (sample: string) =>
    JSON.stringify(
      JSON.parse(sample, (field, value: unknown) => (typeof value === 'string' ? (latest(field) ?? value) : value)),
      null,
      2,
    );

  let isWrapped = false;
  const wrapSampler = () => {
    if (isWrapped) return;
    isWrapped = true;
    const { fn } = getSystem();
    const { getSampleSchema } = fn;
    fn.getSampleSchema = (schema, type, config, override) => {
      const sample = getSampleSchema(schema, type, config, override);
      // Not in the examples of answers.
      const isRequest = config?.includeWriteOnly === true && typeof sample === 'string' && sample.startsWith('{');
      return isRequest ? withRemembered(sample) : sample;
    };
  };

  return {
    statePlugins: {
      spec: {
        wrapActions: {
          updateJsonSpec: (original: (document: Document) => void) => (document: Document) => {
            original(document);
            read(document);
            // Not in `afterLoad`: for that Swagger UI calls this function a second time.
            wrapSampler();
            fillParameters();
          },
          setResponse:
            (original: (...answered: [...Operation, Answer]) => void) =>
            (...answered: [...Operation, Answer]) => {
              original(...answered);
              const [path, method, answer] = answered;
              takeIn([path, method], answer);
            },
        },
      },
    },
  };
}
