import { createParamDecorator, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiHeader, ApiParam } from '../documentation/openapi-decorators.js';
import { parseUuid } from '../../../shared/ids.js';
import { KeyedPost } from './keyed-post.js';
import { callerOf, documentOptionalMerchant, merchantOf, type Principal } from '../access/principal.js';
import { IdempotencyKeyMissing, NotFound, ValidationFailed } from '../problems/refusals.js';
import { takeOwnerQuery } from '../requests/added-parameters.js';
import { type Requester, requesterOf } from './requester.js';

/**
 * An id in the path, in its canonical form. A text that is not a UUID is answered with 404, like an unknown id.
 * Usage: `@IdParam('id') id: string`.
 */
export const IdParam =
  (name: string): ParameterDecorator =>
  (target, key, index) => {
    documentId(name)(target, key, index);
    IdInPath(name)(target, key, index);
  };

function documentId(name: string): ParameterDecorator {
  const decorate = ApiParam({ name, schema: { type: 'string', format: 'uuid' } });
  return (target, key) => {
    decorate(target, key!, Object.getOwnPropertyDescriptor(target, key!)!);
  };
}

const IdInPath = createParamDecorator((name: string, context: ExecutionContext) => idIn(requestOf(context), name));

function idIn({ params }: FastifyRequest, name: string): string {
  const id = parseUuid((params as Record<string, string>)[name] ?? '');
  if (id === null) throw new NotFound();
  return id;
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

/** The thing that the path names by `:id`, and who asks for it. */
export interface ResourceRequest {
  readonly id: string;
  /** The merchant to whom it must belong; null: any, for an operator who names none. */
  readonly merchantId: string | null;
  readonly caller: Principal;
  readonly by: Requester;
}

/**
 * The request as a {@link ResourceRequest}.
 * @param thing "payout", if the query may only name its merchant; left out if the method has a `@Query()`
 * @throws NotFound, and then what `@OptionalMerchantId()` throws
 */
export const Resource =
  (thing?: string): ParameterDecorator =>
  (target, key, index) => {
    if (thing !== undefined) takeOwnerQuery(target, key!, thing);
    RequestedResource()(target, key, index);
  };

const RequestedResource = createParamDecorator(
  (_data: undefined, context: ExecutionContext): ResourceRequest => {
    const request = requestOf(context);
    const id = idIn(request, 'id');
    const caller = callerOf(request);
    return { id, merchantId: merchantOf(caller, request), caller, by: requesterOf(request) };
  },
  [documentId('id'), documentOptionalMerchant()],
);

/** A request for a list. */
export interface ListRequest {
  /** The merchant whose list it is; null: all merchants, for an operator who names none. */
  readonly merchantId: string | null;
  /** The reply with which the list is sent. */
  readonly reply: FastifyReply;
}

/** The request as a {@link ListRequest}. @throws what `@OptionalMerchantId()` throws */
export const RequestedList = createParamDecorator(
  (_data: undefined, context: ExecutionContext): ListRequest => {
    const request = requestOf(context);
    const merchantId = merchantOf(callerOf(request), request);
    return { merchantId, reply: context.switchToHttp().getResponse<FastifyReply>() };
  },
  [documentOptionalMerchant()],
);

/** The merchant to whom the thing belongs, looked up if an operator has named none. */
export async function ownerOf(
  { merchantId, id }: ResourceRequest,
  reader: { get(merchantId: null, id: string): Promise<{ readonly merchantId: string }> },
): Promise<string> {
  return merchantId ?? (await reader.get(null, id)).merchantId;
}

/** The {@link Requester} of a change. */
export const RequestedBy = createParamDecorator((_data: undefined, context: ExecutionContext) =>
  requesterOf(requestOf(context)),
);

/** Turns the header's text into the key that is compared; null if it is not usable. */
type ParseKey = (header: string) => string | null;

/**
 * The {@link KeyedPost} under the header `Idempotency-Key`, which every request that moves money must carry.
 * Usage: `@Keyed(parseIdempotencyKey) post: KeyedPost`. The idempotency module decides which keys are valid.
 * @throws IdempotencyKeyMissing, ValidationFailed; an invalid body is reported first
 */
export const Keyed = (parse: ParseKey): ParameterDecorator => IdempotencyKeyHeader(new KeyPipe(parse));

const IdempotencyKeyHeader = createParamDecorator(
  (_data: undefined, context: ExecutionContext) => context.switchToHttp(),
  [
    (target, key) => {
      const decorate = ApiHeader({
        name: 'Idempotency-Key',
        description:
          'A value that is unique to this request. Repeating the request with the same key has no further effect ' +
          'and returns the same answer, for at least `IDEMPOTENCY_WINDOW_HOURS` (24).',
        required: true,
        schema: { type: 'string', minLength: 1, maxLength: 255 },
      });
      decorate(target, key!, Object.getOwnPropertyDescriptor(target, key!)!);
    },
  ],
);

type HttpArgumentsHost = ReturnType<ExecutionContext['switchToHttp']>;

/** A pipe, because Nest runs it after the pipe that validates the body, and answers with the first failure. */
class KeyPipe implements PipeTransform<HttpArgumentsHost, KeyedPost> {
  constructor(private readonly parse: ParseKey) {}

  transform(http: HttpArgumentsHost): KeyedPost {
    const request = http.getRequest<FastifyRequest>();
    const header = request.headers['idempotency-key'];
    if (typeof header !== 'string' || header.trim() === '') throw new IdempotencyKeyMissing();
    const key = this.parse(header);
    if (key !== null) return new KeyedPost(key, request, http.getResponse<FastifyReply>());
    const detail = 'The Idempotency-Key must be 1 to 255 printable ASCII characters.';
    throw new ValidationFailed([{ pointer: '#/headers/Idempotency-Key', detail }]);
  }
}
