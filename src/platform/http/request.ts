import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Caller, type Role, roles as allRoles, type UserCaller } from '../../kernel/caller';
import type { DomainError } from '../../kernel/domain-error';
import type { Claims } from '../../kernel/identification';
import { addressKey } from './address-key';
import type { Slot } from '../fairness/fair-slots';
import type { Operation } from './operations';

/** Budgets by address. */
export type AddressRateClass = 'public' | 'login';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Without it the budget of the caller counts, or that of the address if there is no caller. */
    rateClass?: AddressRateClass;
  }
}

/** A request with what the guards add. */
export interface GuardedRequest extends FastifyRequest {
  /** What the token says, if it is valid. */
  claims?: Claims;
  caller?: Caller;
  /** Why nobody is known to call. */
  refusal?: DomainError;
  /** The bucket of rate limits against which the request is counted. */
  bucket?: string;
  /** How many requests the answer is worth beside the one that is counted. */
  owed?: number;
  /** What the request holds of the database's connections until it is answered. */
  slot?: Slot;
  /** The operation, if the client called one. */
  operation?: Operation;
  /** The bytes of the body. They are kept only if the request has an `Idempotency-Key`. */
  rawBody?: Buffer;
  /** Whether the request is only tried out. */
  isDryRun?: true;
  /** The part of all records that the operation asks for. */
  section?: { readonly limit: number; readonly offset: number };
}

const publicKey = 'tideline:public';
const rolesKey = 'tideline:roles';
const unverifiedKey = 'tideline:unverified';
const connectionUseKey = 'tideline:connection-use';
const ifMatchKey = 'tideline:if-match';
const idempotentKey = 'tideline:idempotent';
const dryRunKey = 'tideline:dry-run';
/** The metadata keys of the decorators below, for guards and tests. */
export const routeMetadata = {
  public: publicKey,
  roles: rolesKey,
  unverified: unverifiedKey,
  connectionUse: connectionUseKey,
  /** Set by `IfMatch` (`if-match.ts`). */
  ifMatch: ifMatchKey,
  /** The route takes `Idempotency-Key`: true, or `own transactions` (`platform/idempotency`). */
  idempotent: idempotentKey,
  /** The route takes `dry_run`: true, or `body` if the parameter is a field of the body. */
  dryRun: dryRunKey,
} as const;
/** Extensions with the same facts for `openapi.ts`, which removes them from the document. */
export const routeExtensions = {
  public: 'x-tideline-public',
  roles: 'x-tideline-roles',
  idempotent: 'x-tideline-idempotent',
  dryRun: 'x-tideline-dry-run',
} as const;

type MetadataValues = ReadonlyMap<string, unknown>;

/** By controller, because several controllers may inherit a handler. */
const metadataByController = new WeakMap<object, Map<object, MetadataValues>>();

/** Reads what a decorator says about the route, or about its controller. */
export function metadataOf(
  context: ExecutionContext,
  key: (typeof routeMetadata)[keyof typeof routeMetadata],
): unknown {
  const [controller, handler] = [context.getClass(), context.getHandler()];
  let byHandler = metadataByController.get(controller);
  if (!byHandler) metadataByController.set(controller, (byHandler = new Map<object, MetadataValues>()));
  let values = byHandler.get(handler);
  if (!values) {
    const read = (each: string): [string, unknown] => [
      each,
      Reflect.getMetadata(each, handler) ?? Reflect.getMetadata(each, controller),
    ];
    values = new Map(Object.values(routeMetadata).map(read));
    byHandler.set(handler, values);
  }
  return values.get(key);
}

/**
 * The route needs no caller. Every other route needs one.
 *
 * @param rateClass the budget of the address that counts (docs/contract.md, section 4). A token does not matter, because
 * nobody checks there whether it is revoked.
 */
export function Public(rateClass: AddressRateClass = 'public'): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(publicKey, true),
    RouteConfig({ rateClass }),
    ApiExtension(routeExtensions.public, true),
  );
}

/** A caller that a route may allow. An app has no role, so `Roles` names it beside the roles. */
export type Allowed = Role | 'app';

/**
 * Only users with one of these roles may call the route, and apps if named. Without this decorator every caller may.
 */
export function Roles(...allowed: readonly Allowed[]): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(rolesKey, allowed), ApiExtension(routeExtensions.roles, allowed));
}

/** Every user may call the route, but no app. */
export function UsersOnly(): MethodDecorator & ClassDecorator {
  return Roles(...allRoles);
}

/** Callers who have not proved an e-mail address may call the route, whatever `REQUIRE_VERIFIED_EMAIL` says. */
export function AllowsUnverified(): ClassDecorator {
  return SetMetadata(unverifiedKey, true);
}

/** The network address of the client, in the form in which addresses are counted (`addressKey`). */
export const ClientAddress = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  addressKey(context.switchToHttp().getRequest<FastifyRequest>().ip),
);
/** How the handler of a route uses the database's connections, if it does not do so as most do. */
export type ConnectionUse = { readonly slow: true | readonly string[] } | 'as needed';

/**
 * The route may hold a connection for seconds, so an account has fewer of them at once (docs/contract.md, section 4).
 *
 * @param parameters of the query, or fields of the body: only a request with one of them may.
 */
export function Slow(...parameters: readonly string[]): MethodDecorator {
  return ConnectionUse({ slow: parameters.length > 0 ? parameters : true });
}

export function ConnectionUse(use: ConnectionUse): MethodDecorator {
  return SetMetadata(connectionUseKey, use);
}

/** The caller that the guards have found. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
  if (!caller) throw new Error('A public route has no caller.');
  return caller;
});

/** The caller of a route that only users may call. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): UserCaller => {
  const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
  if (caller?.kind !== 'user') throw new Error('A route whose caller is a user needs @UsersOnly or @Roles.');
  return caller;
});
