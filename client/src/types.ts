import type { ErrorDetail } from './client.js';
import type { ErrorCode, paths } from './schema.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Files of imports go to an address that is made for them: see `upload`. */
type Uploads = '/api/v1/imports/{id}/upload';

/** Paths that know a method. */
export type PathsOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[Exclude<keyof paths, Uploads>];

type OperationOf<P extends keyof paths, M extends Method> =
  paths[P] extends Record<M, infer Operation> ? Operation : never;

type SuccessOf<Operation> = Operation extends { responses: { 200: { content: infer Content } } } ? Content : never;

/** What a call resolves to: the `result` of the envelope, or text where there is none (`…/errors.csv`). */
export type ResultOf<P extends keyof paths, M extends Method> =
  SuccessOf<OperationOf<P, M>> extends { 'application/json': { result: infer Result } }
    ? Result
    : SuccessOf<OperationOf<P, M>> extends { 'text/csv': unknown }
      ? string
      : never;

/** Numbers and dates are also compared: from `gte` to `lte`, both included. */
export type FieldFilter = string | number | boolean | { gte?: string | number; lte?: string | number };

type QueryOf<Query> = {
  [Name in keyof Query as Name extends 'dry_run' ? never : Name]: Name extends 'custom_fields'
    ? Record<string, FieldFilter>
    : Query[Name];
};

type PathPart<Operation> = Operation extends { parameters: { path: infer Path } } ? { path: Path } : { path?: never };

type QueryPart<Operation> = Operation extends { parameters: { query?: infer Query } }
  ? [NonNullable<Query>] extends [never]
    ? { query?: never }
    : { query?: QueryOf<NonNullable<Query>> }
  : { query?: never };

type BodyPart<Operation> = Operation extends { requestBody: { content: { 'application/json': infer Body } } }
  ? { body: Body }
  : Operation extends { requestBody?: { content: { 'application/json': infer Body } } }
    ? { body?: Body }
    : { body?: never };

type HeadersOf<Operation> = Operation extends { parameters: { header?: infer Headers } } ? NonNullable<Headers> : never;

type VersionPart<Operation> = 'If-Match' extends keyof HeadersOf<Operation>
  ? [HeadersOf<Operation>] extends [never]
    ? { ifVersion?: never }
    : {
        /** The `version` that was read. Refused (`….edit_conflict`) if somebody else has changed the same since. */
        ifVersion?: number;
      }
  : { ifVersion?: never };
type KeyPart<P, M extends Method> = M extends 'get'
  ? { idempotencyKey?: never }
  : P extends `/api/v1/${'auth' | 'oauth'}/${string}`
    ? { idempotencyKey?: never }
    : {
        /** Makes the write take effect once, also over restarts of this program. Left out, each call has one of its own. */
        idempotencyKey?: string;
      };

type DryRunPart<Operation> = Operation extends { parameters: { query?: infer Query } }
  ? [NonNullable<Query>] extends [{ dry_run?: boolean }]
    ? [NonNullable<Query>] extends [never]
      ? { dryRun?: never }
      : {
          /** Only tries the write out: it is checked and answered, and nothing of it stays. The id of what would be made is null. */
          dryRun?: boolean;
        }
    : { dryRun?: never }
  : { dryRun?: never };

interface Common {
  /** Ends the call, waiting included; it then rejects with the reason of the signal. */
  signal?: AbortSignal;
}

export type OptionsOf<P extends keyof paths, M extends Method> = PathPart<OperationOf<P, M>> &
  QueryPart<OperationOf<P, M>> &
  BodyPart<OperationOf<P, M>> &
  VersionPart<OperationOf<P, M>> &
  KeyPart<P, M> &
  DryRunPart<OperationOf<P, M>> &
  Common;

/** A record as it was read; only these two are used. */
export interface Versioned {
  id: string;
  version: number;
}

/** Paths of records that have a version. */
export type VersionedPaths = {
  [P in PathsOf<'patch'>]: ResultOf<P, 'patch'> extends Versioned ? P : never;
}[PathsOf<'patch'>];

/** The options as an argument, which may be left out where nothing in it is required. */
export type Arguments<Options> = object extends Options ? [options?: Options] : [options: Options];

interface Page {
  items: unknown[];
  next_cursor: string | null;
}

/** Paths that answer in pages. */
export type ListPaths = {
  [P in PathsOf<'get'>]: ResultOf<P, 'get'> extends Page ? P : never;
}[PathsOf<'get'>];

export type PageOf<P extends ListPaths> = ResultOf<P, 'get'>;

export type ItemOf<P extends ListPaths> = PageOf<P> extends { items: (infer Item)[] } ? Item : never;

/** Of paths `…/upsert` and `…/bulk`, what stands before that. */
type BaseOf<Path, Verb extends string> = Path extends `${infer Base}/${Verb}` ? Base : never;

/** Collections of records that can be created or changed, whichever is needed. */
export type UpsertPaths = BaseOf<PathsOf<'post'>, 'upsert'> & PathsOf<'post'>;

/** Collections of records that are written many at once. */
export type BulkPaths = BaseOf<PathsOf<'post'>, 'bulk'> & PathsOf<'post'>;

type BodyOf<P extends keyof paths, M extends Method> = OptionsOf<P, M> extends { body: infer Body } ? Body : never;
type OneOf<P extends string> = `${P}/{id}` & keyof paths;

export interface UpsertOptions extends Common {
  /** Makes the write take effect once, also over restarts of this program. Left out, each call has one of its own. */
  idempotencyKey?: string;
  /** Only tries the write out, as `dryRun` of `post`. */
  dryRun?: boolean;
}

export type UpsertResult<P extends UpsertPaths> = ResultOf<`${P}/upsert` & keyof paths, 'post'>;

/** A write of one record among many. `if_version` is the `version` that was read, as `ifVersion` of `patch`. */
export type BulkItem<P extends BulkPaths> =
  | { action: 'create'; data: BodyOf<P, 'post'> }
  | { action: 'upsert'; match_by: string; data: BodyOf<P, 'post'> }
  | { action: 'update'; id: string; data: BodyOf<OneOf<P>, 'patch'>; if_version?: number }
  | { action: 'delete'; id: string; if_version?: number };

/** What became of an item. */
export type BulkResult =
  | {
      /** The place of the item in the whole array. */
      index: number;
      ok: true;
      outcome: 'created' | 'updated' | 'unchanged' | 'deleted';
      /** The id is null for what would be made (`dryRun`). */
      record: { id: string | null; version: number };
    }
  | { index: number; ok: false; error: BulkError };

export interface BulkError {
  code: ErrorCode | (string & {});
  message: string;
  /** Missing if the answer of the request has more than 64 KiB: that of about 500 items. */
  details?: ErrorDetail[];
}

export interface BulkOutcome {
  results: BulkResult[];
  created_count: number;
  updated_count: number;
  unchanged_count: number;
  deleted_count: number;
  failed_count: number;
}

export interface BulkOptions {
  /**
   * The beginning of the keys of the requests, which are `<key>-1`, `<key>-2` and so on. If the program or the connection
   * ends in the middle, call again with the same path, items and key within 24 hours: the requests that were answered before
   * are answered again, failed items too, and nothing is done twice. Other items with the same key are refused as
   * `idempotency.key_reused`. Left out, the keys are made up: they hold for the repetitions of this call only.
   */
  key?: string;
  /** All items or none; only for what fits into one request. The first item that fails is thrown as a `TidelineError`. */
  atomic?: boolean;
  /** Only tries the items out, request by request: an item does not see those of earlier requests. */
  dryRun?: boolean;
  /** Hears of each request that was answered, and is waited for. */
  onProgress?: (progress: BulkProgress) => void | Promise<void>;
  /** Ends the call between or within requests; it then rejects with the reason of the signal. */
  signal?: AbortSignal;
}

export interface BulkProgress {
  /** How many items have been answered so far. */
  done: number;
  total: number;
  /** Of the last request. */
  results: readonly BulkResult[];
}
