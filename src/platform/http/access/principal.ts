import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiHeader } from '../documentation/openapi-decorators.js';
import { assert } from '../../../shared/assert.js';
import { NIL_ID, parseUuid } from '../../../shared/ids.js';
import { takeOwnerQuery } from '../requests/added-parameters.js';
import { knowsMerchant } from '../requests/known-query.js';
import { Forbidden, ValidationFailed } from '../problems/refusals.js';

/** Who sent the request. */
export type Principal =
  | {
      readonly kind: 'merchant';
      readonly keyId: string;
      readonly merchantId: string;
      /** The name of the key. */
      readonly name: string;
      /** Requests per second that operators have allowed this merchant; null or left out: as in the settings. */
      readonly limits?: { readonly reads: number | null; readonly writes: number | null };
    }
  | { readonly kind: 'operator'; readonly keyId: string; readonly name: string };

/**
 * Finds out whose key was sent. Called for every request, so it nearly always answers from memory.
 * A port, because the platform names no module.
 */
export abstract class Authenticator {
  /** Null if the key is unknown or revoked. */
  abstract authenticate(key: string): Promise<Principal | null>;

  /**
   * The principal whose key the ticket stands for. A ticket is accepted once. Null: the ticket is unknown, used, too
   * old or for something else, or its key was revoked.
   */
  abstract redeem(ticket: string, subject: string): Promise<Principal | null>;

  /** The ids of those of these keys that the database still accepts. */
  abstract holding(keyIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** A secret that is accepted once instead of a key, where no key can be sent, such as by a browser's EventSource. */
export interface Ticket {
  readonly text: string;
  readonly expiresAt: Date;
}

/** Issues tickets. A port, like {@link Authenticator}. */
export abstract class Tickets {
  /** @param subject what the ticket is for; it is accepted for nothing else */
  abstract issue(keyId: string, subject: string): Promise<Ticket>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on paths that need no key. */
    principal: Principal | null;
  }
}

/** The actor, as timelines and the ledger name it. */
export function actorOf(principal: Principal): string {
  return `${principal.kind}:${principal.keyId}`;
}

/** The unit among which scarce resources are shared: a merchant with all of its keys, or one operator's key. */
export function askerOf(principal: Principal | null): string {
  if (principal === null) return 'nobody';
  return principal.kind === 'merchant' ? `merchant:${principal.merchantId}` : actorOf(principal);
}

export function callerOf(request: FastifyRequest): Principal {
  assert(request.principal !== null, 'an endpoint that asks for its caller is not public');
  return request.principal;
}

/**
 * Which merchant the request is about: a merchant key's own, or the one that an operator names.
 * Null when an operator names none.
 * @throws Forbidden when a merchant key names another merchant
 * @throws ValidationFailed when the id is not a UUID, or header and query disagree
 */
export function merchantOf(principal: Principal, request: FastifyRequest): string | null {
  const header = request.headers['x-merchant-id'];
  const query = (request.query as { merchant_id?: unknown }).merchant_id;
  if (principal.kind === 'merchant') {
    if (header !== undefined) assertOwn(principal.merchantId, header);
    if (query !== undefined) assertOwn(principal.merchantId, query);
    return principal.merchantId;
  }
  const named = header === undefined ? null : merchantIdOf(header, HEADER_POINTER);
  const asked = query === undefined ? null : merchantIdOf(query, '#/query/merchant_id');
  if (named !== null && asked !== null && named !== asked)
    throw new ValidationFailed([
      {
        pointer: HEADER_POINTER,
        detail: 'X-Merchant-Id and the query parameter merchant_id name different merchants.',
      },
    ]);
  return named ?? asked;
}

const HEADER_POINTER = '#/headers/X-Merchant-Id';

function assertOwn(merchantId: string, named: unknown): void {
  if (typeof named !== 'string' || parseUuid(named) !== merchantId)
    throw new Forbidden('A merchant key acts for its own merchant only.');
}

function merchantIdOf(value: unknown, pointer: string): string {
  const id = typeof value === 'string' ? parseUuid(value) : null;
  if (id === null || id === NIL_ID)
    throw new ValidationFailed([{ pointer, detail: 'The merchant id must be one UUID.' }]);
  return id;
}

/** The {@link Principal} that sent the request. */
export const Caller = createParamDecorator((_data: undefined, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/**
 * The merchant that the request is about; an operator has to name one.
 * @param thing "payout", if the query may only name its merchant; left out if the method has a `@Query()`
 */
export const MerchantId =
  (thing?: string): ParameterDecorator =>
  (target, key, index) => {
    if (thing !== undefined) takeOwnerQuery(target, key!, thing);
    NamedMerchantId()(target, key, index);
  };

const NamedMerchantId = createParamDecorator(
  (_data: undefined, context: ExecutionContext) => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const merchantId = merchantOf(callerOf(request), request);
    if (merchantId !== null) return merchantId;
    throw new ValidationFailed([
      {
        pointer: HEADER_POINTER,
        detail: 'Name the merchant with the header X-Merchant-Id or the query parameter merchant_id.',
      },
    ]);
  },
  [
    documentHeader(
      'For operators: the merchant that the request is about. The query parameter `merchant_id` does the same.',
    ),
  ],
);

/**
 * The merchant that a request is limited to; null for an operator who names none.
 * @param thing as for {@link MerchantId}
 */
export const OptionalMerchantId =
  (thing?: string): ParameterDecorator =>
  (target, key, index) => {
    if (thing !== undefined) takeOwnerQuery(target, key!, thing);
    AskedMerchantId()(target, key, index);
  };

const AskedMerchantId = createParamDecorator(
  (_data: undefined, context: ExecutionContext) => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return merchantOf(callerOf(request), request);
  },
  [documentOptionalMerchant()],
);

export function documentOptionalMerchant(): ParameterDecorator {
  return documentHeader(
    'For operators: limits the list to this merchant. The query parameter `merchant_id` does the same.',
  );
}

function documentHeader(description: string): ParameterDecorator {
  const decorate = ApiHeader({
    name: 'X-Merchant-Id',
    description,
    required: false,
    schema: { type: 'string', format: 'uuid' },
  });
  return (target, key) => {
    const descriptor = Object.getOwnPropertyDescriptor(target, key!)!;
    decorate(target, key!, descriptor);
    knowsMerchant(descriptor.value as object);
  };
}
