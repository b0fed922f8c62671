import { type commonErrors, errorCatalogue, type ErrorDefinition } from '../../kernel/domain-error';
import { apiPrefix } from './api-prefix';
import { apiErrors } from './edge.errors';
import { operationAt, routeOf } from './operations';

/** First path segments whose namespace is not their own name with `_` for `-`. */
const exceptions: Readonly<Record<string, string>> = { 'activity-schemas': 'activities' };

/**
 * The namespace of the codes that a path answers. It comes from the path, since a body that fails to parse never reaches
 * a handler; that of an operation is its route's, and a path of no context belongs to `api`.
 */
export function namespaceOf(url: string): string {
  const called = url.split('?', 1)[0]!;
  const operation = operationAt(called);
  const path = operation ? routeOf(operation.routes[0]).url : called;
  if (!path.startsWith(`${apiPrefix}/`)) return 'api';
  const segment = path.slice(apiPrefix.length + 1).split('/', 1)[0]!;
  const namespace = exceptions[segment] ?? segment.replaceAll('-', '_');
  return errorCatalogue.has(`${namespace}.invalid_request`) ? namespace : 'api';
}

export function commonErrorOf(url: string, reason: keyof typeof commonErrors): ErrorDefinition {
  return errorCatalogue.get(`${namespaceOf(url)}.${reason}`) ?? apiErrors[reason];
}

/** Where a namespace has no code for ids, a malformed one is a malformed request. */
export function invalidIdOf(url: string): ErrorDefinition {
  return errorCatalogue.get(`${namespaceOf(url)}.invalid_id`) ?? commonErrorOf(url, 'invalid_request');
}
