import {
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { DomainError, InvalidInputError } from '../../kernel/domain-error';
import { defaultPageLimit, maxPageLimit, type Page } from '../../kernel/page';
import { fieldReadersOf, unchangedByNullOf } from '../fields/field-readers';
import { inputsOf, invalidId } from '../fields/input.guard';
import { ifVersionField, takesVersion } from '../http/if-match';
import { commonErrorOf } from '../http/namespaces';
import { KeyedValues } from '../fields/keyed-values';
import { idsOf, type Operation } from '../http/operations';
import type { GuardedRequest } from '../http/request';
import { unknownKeyErrors } from '../fields/unknown-keys';
import { isUuid } from '../../kernel/uuid';

type Body = Record<string, unknown>;

/** Maximum number of records of a whole list. Longer lists are read page by page. */
const maxRecords = 10_000;

/** Turns the body of an operation into the request of its route. Runs right before `InputGuard`. */
@Injectable()
export class OperationGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const { operation } = request;
    if (!operation) return true;
    // Changed in place: it is of this request only, and may have as many keys as the client likes.
    const body = (request.body ?? {}) as Body;
    request.params = takeIds(request, operation, body);
    const unknown = unknownKeyErrors(request.query as object, [], 'parameter');
    if (unknown.length > 0) throw new InvalidInputError(unknown);
    if (operation.routes.length > 1) takeActive(body);
    if (operation.answer === 'users') request.section = takeSection(body);
    if (isWhole(operation)) assertNoPaging(body);
    if (takesVersion(context)) takeVersion(request, body);

    const takes = inputsOf(context);
    if (takes.query) {
      request.body = undefined;
      turnIntoParameters(body, takes.query);
      request.query = body;
    } else {
      if (takes.body && operation.name.includes('-update')) dropUnchanged(body, takes.body);
      request.body = takes.body || Object.keys(body).length > 0 ? body : undefined;
    }
    return true;
  }
}

/** Reads page after page of a route, for operations that answer with all records. */
export class WholeListInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<object | undefined>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    return request.operation && isWhole(request.operation) ? from(allOf(request, next)) : next.handle();
  }
}

function isWhole({ answer }: Operation): boolean {
  return answer === 'all' || answer === 'users';
}

/** @returns the result in the form of the hosted API. */
export function resultOf({ answer }: Operation, result: object | undefined): object | undefined {
  if (answer === 'upload') {
    const { job, upload_url } = result as { job: { id: string }; upload_url: string };
    return { job_id: job.id, signed_url: upload_url };
  }
  return result && 'next_cursor' in result ? { ...result, next_cursor: result.next_cursor ?? '' } : result;
}

/** @throws DomainError for the first id that is missing or malformed. */
function takeIds({ url }: FastifyRequest, operation: Operation, body: Body): Record<string, string> {
  const ids = idsOf(operation).map(({ parameter, fields }) => {
    const field = fields.find((each) => body[each] !== undefined) ?? fields[0];
    const value = body[field];
    if (!isUuid(value)) throw invalidId(url, field);
    delete body[field];
    return [parameter, value];
  });
  return Object.fromEntries(ids) as Record<string, string>;
}

/** Checks and removes `active`; the choice of the route has already used it. @throws InvalidInputError */
function takeActive(body: Body): void {
  if (typeof body.active !== 'boolean') throw invalid('active', 'must be true or false');
  delete body.active;
}

function takeSection(body: Body): GuardedRequest['section'] {
  const { limit = defaultPageLimit, offset = 0 } = body;
  if (!isInteger(limit, 1, maxPageLimit)) throw invalid('limit', `must be an integer from 1 to ${maxPageLimit}`);
  if (!isInteger(offset, 0, Number.MAX_SAFE_INTEGER)) throw invalid('offset', 'must be an integer, 0 or more');
  delete body.limit;
  delete body.offset;
  return { limit, offset };
}

/** Turns `if_version` into the header that stands for it. @throws InvalidInputError */
function takeVersion({ headers }: FastifyRequest, body: Body): void {
  const version = body[ifVersionField];
  if (version === undefined) return;
  if (!isInteger(version, 1, Number.MAX_SAFE_INTEGER)) throw invalid(ifVersionField, 'must be an integer, 1 or more');
  if (headers['if-match'] !== undefined) throw invalid(ifVersionField, 'and If-Match say the same; send one of them');
  headers['if-match'] = String(version);
  delete body[ifVersionField];
}

function isInteger(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
}

/** Refuses `limit` and `cursor`, which the route takes and the operation does not. */
function assertNoPaging(body: Body): void {
  const sent = ['limit', 'cursor'].filter((key) => key in body);
  if (sent.length === 0) return;
  throw new InvalidInputError(sent.map((field) => ({ field, message: `unknown field "${field}"` })));
}

/**
 * Turns filters into query parameters. Null counts as absent, like an empty parameter. A value that a query string
 * cannot hold stays as it is, and so does an unknown key; the pipe refuses both.
 */
function turnIntoParameters(body: Body, input: Type): void {
  for (const [field, { isKeyed }] of fieldReadersOf(input)) {
    const value = body[field];
    if (value === undefined) continue;
    body[field] = isKeyed && isObject(value) ? new KeyedValues(value, textOf) : textOf(value);
  }
}

function textOf(value: unknown): unknown {
  if (value === null) return '';
  return Array.isArray(value) ? value.map(scalarText) : scalarText(value);
}

function scalarText(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Drops nulls of texts, arrays and objects: in the hosted API they mean unchanged (docs/contract.md, section 5). */
function dropUnchanged(body: Body, input: Type): void {
  for (const field of unchangedByNullOf(input)) if (body[field] === null) delete body[field];
}

async function allOf(request: GuardedRequest, next: CallHandler<object | undefined>): Promise<object> {
  const query = request.query as Body;
  const items: object[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null; pages++) {
    // Each page beyond the first costs as much as a request of its own, also if the list turns out too long.
    request.owed = pages;
    query.limit = String(maxPageLimit);
    query.cursor = cursor;
    const page = (await lastValueFrom(next.handle())) as Page<object>;
    items.push(...page.items);
    cursor = page.next_cursor;
    if (items.length > maxRecords) {
      const message = `There are more than ${maxRecords} records; read them page by page, from the route that this operation stands for.`;
      throw new DomainError(commonErrorOf(request.url, 'invalid_request'), { message });
    }
  }
  const { section } = request;
  if (!section) return { items, next_cursor: '' };
  return { users: items.slice(section.offset, section.offset + section.limit), total: items.length };
}

function invalid(field: string, fault: string): InvalidInputError {
  return new InvalidInputError([{ field, message: `${field} ${fault}` }]);
}
