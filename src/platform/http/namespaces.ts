import { type commonErrors, errorCatalogue, type ErrorDefinition } from '../../kernel/domain-error';
import { apiPrefix } from './api-prefix';
import { apiErrors } from './edge.errors';
import { operationAt, routeOf } from './operations';

/** First path segments whose namespace is not the segment with `_` for `-`. */
const exceptions: Readonly<Record<string, string>> = { 'activity-schemas': 'activities' };

/**
 * The namespace of the codes that a path answers. The path decides, because a body that cannot be parsed never reaches
 * a handler. An operation has the namespace of its route; a path of no context has `api`.
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

/** In a namespace without a code for ids, a malformed id is an invalid request. */
export function invalidIdOf(url: string): ErrorDefinition {
  return errorCatalogue.get(`${namespaceOf(url)}.invalid_id`) ?? commonErrorOf(url, 'invalid_request');
}
