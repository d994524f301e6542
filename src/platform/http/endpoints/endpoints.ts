import { applyDecorators, Get, HttpCode, Patch, Post, type Type } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation } from '../documentation/openapi-decorators.js';
import type { Refusal } from '../../../shared/domain-error.js';
import { IDEMPOTENCY_KEY_REUSED, INVALID_TRANSITION, OUTCOME_UNKNOWN } from '../../../shared/problem.js';
import { Overloaded } from '../../group-commit/overloaded.js';
import { ListTooSlow, TooManyConcurrentRequests } from '../../database/reads/lists.js';
import { OperatorOnly } from '../access/access.js';
import { AnsweredBefore } from '../problems/answered-before.js';
import { ApiPage } from '../documentation/openapi.js';
import { sendsItsReply } from '../requests/added-parameters.js';
import { headers } from '../documentation/openapi-headers.js';
import { ProblemResponses } from '../documentation/openapi-problems.js';
import { CursorInvalid, IdempotencyKeyMissing, NotFound, ValidationFailed } from '../problems/refusals.js';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
}

/** GET of one thing by its id. */
export function GetOne(path: string, document: Type, operation: Operation): MethodDecorator {
  return applyDecorators(
    Get(path),
    ApiOperation(operation),
    ApiOkResponse({ type: document }),
    ProblemResponses(NotFound),
  );
}

interface PageAnswers {
  readonly refusals: readonly Refusal[];
  readonly ownHeaders?: Record<string, object>;
}

/** GET of one page of a list. */
export function GetPage(
  path: string,
  item: Type,
  { refusals, ownHeaders, ...operation }: Operation & PageAnswers,
): MethodDecorator {
  return applyDecorators(Get(path), ApiOperation(operation), ApiPage(item, ownHeaders), ProblemResponses(...refusals));
}

/** The refusals of every list that is read from the database. */
export const LIST_REFUSALS = [ValidationFailed, CursorInvalid, TooManyConcurrentRequests, ListTooSlow] as const;

/** GET of a cached list, see `sendCachedList`. */
export function GetCachedList(item: Type, operation: Operation): MethodDecorator {
  const description =
    'The header `X-Cache` says whether the page came from the cache. It is never older than your own writes.';
  const answers = { refusals: LIST_REFUSALS, ownHeaders: headers('X-Cache') };
  return applyDecorators(sendsItsReply, GetPage('', item, { description, ...operation, ...answers }));
}

/** GET of the timeline of the thing at `path`, see `timelinePage`. @param of "a payout" */
export function GetTimeline(
  path: string,
  entry: Type,
  { operationId, of }: { readonly operationId: string; readonly of: string },
): MethodDecorator {
  const summary = `Read the timeline of ${of}, oldest first`;
  return GetPage(`${path}/events`, entry, { operationId, summary, description: ALL_AT_ONCE, refusals: PAGE_REFUSALS });
}

/** GET of the submissions of the thing at `path`, see `attemptsPage`. @param of "a payout" */
export function GetAttempts(
  path: string,
  attempt: Type,
  { operationId, of }: { readonly operationId: string; readonly of: string },
): MethodDecorator {
  const summary = `Read how ${of} was submitted to its gateway, and what the gateway answered`;
  const description =
    'One entry for each submission. All of them have the same reference, so the gateway carries out the order ' +
    `once. ${ALL_AT_ONCE}`;
  return GetPage(`${path}/attempts`, attempt, { operationId, summary, description, refusals: PAGE_REFUSALS });
}

const ALL_AT_ONCE = 'A page has up to 100 entries, unless `limit` asks for fewer.';
const PAGE_REFUSALS = [ValidationFailed, CursorInvalid, NotFound];

/** PATCH of the status of the order at `:id`, by an operator. */
export function PatchByHand(
  document: Type,
  { refusals, ...operation }: Operation & { readonly refusals: readonly Refusal[] },
): MethodDecorator {
  return applyDecorators(
    OperatorOnly(),
    Patch(':id'),
    ApiOperation(operation),
    ApiOkResponse({ type: document }),
    ProblemResponses(
      ValidationFailed,
      NotFound,
      { problem: INVALID_TRANSITION },
      ...refusals,
      { problem: OUTCOME_UNKNOWN },
      Overloaded,
    ),
  );
}

/** POST that takes back the order at `:id`, as long as no gateway has it. */
export function PostCancellation(
  document: Type,
  { refusals, ...operation }: Operation & { readonly refusals: readonly Refusal[] },
): MethodDecorator {
  return applyDecorators(
    Post(':id/cancel'),
    HttpCode(200),
    ApiOperation(operation),
    ApiOkResponse({ type: document }),
    ProblemResponses(NotFound, ...refusals, Overloaded),
  );
}

interface Inquiry {
  readonly operationId: string;
  /** Who is asked. */
  readonly party: 'bank' | 'provider';
  /** "a payout" */
  readonly of: string;
  readonly ended?: string;
}

/** POST with which an operator asks the gateway about the order at `:id`. */
export function PostInquiry(
  document: Type,
  { operationId, party, of, ended = `This also works after ${of} has ended.` }: Inquiry,
): MethodDecorator {
  const summary = `Ask the ${party} now about the outcome of ${of}`;
  const operation = { operationId, summary, description: `The answer takes effect at once. ${ended}` };
  return applyDecorators(
    OperatorOnly(),
    Post(':id/inquire'),
    HttpCode(200),
    ApiOperation(operation),
    ApiOkResponse({ type: document }),
    ProblemResponses(NotFound, { problem: INVALID_TRANSITION }, Overloaded),
  );
}

interface Creation extends Operation {
  readonly body: Type;
  /** Bodies that work as they are, by name. */
  readonly examples: Readonly<Record<string, { readonly value: object }>>;
  /** False: the body may be left out. */
  readonly bodyRequired?: boolean;
  /** What has happened when the answer is 201. */
  readonly created: string;
  /** In addition to those of every such endpoint. */
  readonly refusals: readonly Refusal[];
}

/**
 * POST that creates something once under its Idempotency-Key: 201, and 200 with the stored reply for a repeat.
 * Its method takes a `KeyedPost`, which sends the reply.
 */
export function PostOnce(path: string, document: Type, creation: Creation): MethodDecorator {
  const { body, examples, bodyRequired = true, created, refusals, ...operation } = creation;
  return applyDecorators(
    Post(path),
    sendsItsReply,
    isKeyed,
    HttpCode(201),
    ApiOperation(operation),
    ApiBody({ type: body, examples: { ...examples }, required: bodyRequired }),
    ApiCreatedResponse({ type: document, description: created }),
    ApiOkResponse({
      type: document,
      description: 'The request was sent before under this key, and this is the answer to it.',
      headers: headers('Idempotent-Replayed'),
    }),
    ProblemResponses(
      ValidationFailed,
      IdempotencyKeyMissing,
      { problem: IDEMPOTENCY_KEY_REUSED },
      AnsweredBefore,
      // An operator may name a merchant that does not exist.
      NotFound,
      ...refusals,
      Overloaded,
    ),
  );
}

const isKeyed: MethodDecorator = (target, key, descriptor) => {
  const handler = descriptor.value as object;
  const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;
  RouteConfig({ ...config, keyed: true })(target, key, descriptor);
};
