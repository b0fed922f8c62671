import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ErrorDetail } from '../../kernel/domain-error';
import { type GuardedRequest, metadataOf, routeMetadata } from './request';

/** A parameter of the query, or of an operation a field of the body (docs/contract.md, section 7). */
export const dryRunParameter = 'dry_run';
/** A dry run is worth as many requests as this. */
const cost = 10;

type Sent = Record<string, unknown>;

/** Whether a request is to be tried out only. What it sends is judged later, by `takeDryRun`. */
export function asksForDryRun(context: ExecutionContext, request: GuardedRequest): boolean {
  if (!metadataOf(context, routeMetadata.dryRun)) return false;
  const value = sentTo(context, request)?.[dryRunParameter];
  return isInBody(context, request) ? value === true : value === 'true';
}

/**
 * Takes the parameter out of a request, which is a dry run from now on if it says so.
 *
 * @returns what is wrong with the parameter.
 */
export function takeDryRun(context: ExecutionContext, request: GuardedRequest): ErrorDetail[] {
  const place = metadataOf(context, routeMetadata.dryRun);
  const sent = sentTo(context, request);
  if (sent?.[dryRunParameter] === undefined || !place) return [];
  const isAsked = asksForDryRun(context, request);
  const value = sent[dryRunParameter];
  // A field of the route's own body is judged with the others.
  const isField = place === 'body';
  if (!isField) delete sent[dryRunParameter];
  if (isAsked) {
    request.isDryRun = true;
    request.owed = cost - 1;
    void context.switchToHttp().getResponse<FastifyReply>().header('dry-run', 'true');
    return [];
  }
  if (isField) return [];
  // An empty parameter counts as absent, and so does null in a body.
  const meansNo = isInBody(context, request) ? [false, null] : ['false', ''];
  if (meansNo.includes(value as never)) return [];
  return [{ field: dryRunParameter, message: `${dryRunParameter} must be true or false` }];
}

function sentTo(context: ExecutionContext, request: GuardedRequest): Sent | undefined {
  return (isInBody(context, request) ? request.body : request.query) as Sent | undefined;
}

/** Operations and bulks have the parameter in their bodies. */
function isInBody(context: ExecutionContext, { operation }: GuardedRequest): boolean {
  return operation !== undefined || metadataOf(context, routeMetadata.dryRun) === 'body';
}
