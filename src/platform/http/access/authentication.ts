import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Access } from './access.js';
import type { Authenticator, Principal } from './principal.js';
import { Forbidden, Unauthenticated } from '../problems/refusals.js';
import type { RequestLimits } from './request-limits.js';
import type { WrongKeys } from './wrong-keys.js';

/** Both schemes carry the same keys; a browser or a library may know only one of them. */
const AUTHORIZATION = /^(?:api-key|bearer) +(\S+) *$/i;

/** Makes the hook of a route from who may use the route. */
export type KeyHolders = (access: Exclude<Access, 'public'>) => onRequestHookHandler;

/** No key was sent. That does not count as a wrong key: a browser may not know yet that it needs one. */
class NoKey extends Unauthenticated {}

/** Visible ASCII. The limit is longer than any key of ours, and short enough to be hashed at little cost. */
const KEY = /^[!-~]{1,256}$/;

/**
 * Lets nobody in without a key, before a byte of the body is read.
 *
 * The hook is added to each route as it is registered. It must not look at the path of a request: the router decodes
 * it first, so `/%61pi/v1/payouts` reaches the same handler as `/api/v1/payouts`.
 */
export function authentication(authenticator: Authenticator, wrongKeys: WrongKeys, limits: RequestLimits): KeyHolders {
  const hookFor =
    (access: Exclude<Access, 'public'>): onRequestHookHandler =>
    (request, reply, done) => {
      callerOf(request, authenticator, wrongKeys).then(
        (principal) => done(limits.take(request, reply, principal) ?? refusalFor(request, principal, access)),
        done,
      );
    };
  const hooks = { any: hookFor('any'), operator: hookFor('operator'), merchant: hookFor('merchant') };
  return (access) => hooks[access];
}

/** The principal whose key the request carries; or, if the route takes tickets, whose ticket. */
async function callerOf(
  request: FastifyRequest,
  authenticator: Authenticator,
  wrongKeys: WrongKeys,
): Promise<Principal> {
  const { ticket } = request.query as { ticket?: unknown };
  const { ticket: subject } = request.routeOptions.config;
  if (ticket === undefined || subject === undefined)
    return principalOf(request, request.headers, authenticator, wrongKeys);
  const { authorization, 'x-api-key': header } = request.headers;
  if (authorization !== undefined || header !== undefined)
    throw new Unauthenticated('Send an API key or a ticket, and not both.');
  const principal =
    typeof ticket === 'string' && KEY.test(ticket) ? await authenticator.redeem(ticket, subject(request)) : null;
  if (principal !== null) return principal;
  // No part of a ticket is logged.
  throw wrongKeys.note(
    request,
    null,
    new Unauthenticated('The ticket is unknown, was already used, is for something else, or is older than a minute.'),
  );
}

/**
 * The principal whose key is in these headers.
 * @throws Unauthenticated; RateLimited instead after many wrong keys from the same address
 */
export async function principalOf(
  request: FastifyRequest,
  headers: IncomingHttpHeaders,
  authenticator: Authenticator,
  wrongKeys: WrongKeys,
): Promise<Principal> {
  let key: string | null = null;
  try {
    key = keyOf(headers);
    const principal = await authenticator.authenticate(key);
    if (principal !== null) return principal;
    throw new Unauthenticated('The API key is unknown or was revoked.');
  } catch (error) {
    const isWrong = error instanceof Unauthenticated && !(error instanceof NoKey);
    throw isWrong ? wrongKeys.note(request, key, error) : error;
  }
}

function refusalFor(request: FastifyRequest, principal: Principal, access: Access): Error | undefined {
  if (access !== 'any' && access !== principal.kind)
    return new Forbidden(
      `This endpoint is for ${access} keys, and this is ${principal.kind === 'operator' ? 'an operator' : 'a merchant'} key.`,
    );
  request.principal = principal;
  return undefined;
}

/**
 * The key that a request carries.
 * @throws Unauthenticated when there is none, or two that differ: acting for either could be the wrong one
 */
export function keyOf(headers: IncomingHttpHeaders): string {
  const { authorization, 'x-api-key': header } = headers;
  if (authorization === undefined && header === undefined)
    throw new NoKey('Send an API key: `Authorization: Api-Key KEY`.');
  const inAuthorization = authorization === undefined ? undefined : (AUTHORIZATION.exec(authorization)?.[1] ?? '');
  if (inAuthorization !== undefined && header !== undefined && inAuthorization !== header)
    throw new Unauthenticated('Authorization and X-API-KEY carry different keys. Send one of them.');
  const key = inAuthorization ?? header;
  if (typeof key !== 'string' || !KEY.test(key))
    throw new Unauthenticated('The API key has no valid form. Send `Authorization: Api-Key KEY`.');
  return key;
}
