import { applyDecorators, type INestApplication, type Type } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { assert } from '../../../shared/assert.js';
import { API_PREFIX } from './api-prefix.js';
import { DocumentTags } from './document-tags.js';
import { ApiExtraModels, ApiOkResponse, loadSwagger, PUBLIC_MARK } from './openapi-decorators.js';
import { answerHeaders, HEADER_COMPONENTS } from './openapi-headers.js';
import { DescribedProblems, takeOwnProblems } from './openapi-problems.js';
import { describeStrictBodies } from './openapi-requests.js';
import { Problems } from '../problems/problems.js';

/**
 * Documents a page of a list.
 * @param ownHeaders headers of the page, in addition to those of every answer
 * @param besides further members of the page, by name: each is an object, or null
 */
export function ApiPage(
  item: Type,
  ownHeaders: Record<string, object> = {},
  besides: Readonly<Record<string, Type>> = {},
): MethodDecorator {
  const link = {
    type: ['string', 'null'],
    description: 'The path of that page, with the same filters. Null if there is none.',
  };
  const cursor = {
    type: ['string', 'null'],
    description: 'The value of `cursor` for that page, with the same filters. Null if there is none.',
  };
  const properties = {
    results: { type: 'array', items: { $ref: `#/components/schemas/${item.name}` } },
    next: { ...link, example: '/api/v1/payouts?limit=20&cursor=YWZ0ZXIu' },
    previous: { ...link, example: null },
    next_cursor: { ...cursor, example: 'YWZ0ZXIu' },
    previous_cursor: { ...cursor, example: null },
    ...Object.fromEntries(
      Object.entries(besides).map(([name, type]) => [
        name,
        { anyOf: [{ $ref: `#/components/schemas/${type.name}` }, { type: 'null' }] },
      ]),
    ),
  };
  const schema = { type: 'object', required: Object.keys(properties), properties };
  const response = { description: 'A page of results.', schema, headers: ownHeaders };
  return applyDecorators(ApiExtraModels(item, ...Object.values(besides)), ApiOkResponse(response));
}

const DESCRIPTION = `A payout engine: money in an append-only ledger, and payouts that carry it to Indian bank accounts.

Amounts are whole paise. Requests that move money carry an \`Idempotency-Key\`: repeating a request with the same key has
no further effect and returns the same answer. Errors are problem documents (RFC 9457); switch on their \`code\`.`;

const KEYS = {
  ApiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: '`Authorization: Api-Key KEY`. Enter only the key: this page adds the scheme.',
  },
  Bearer: { type: 'http', scheme: 'bearer', description: '`Authorization: Bearer KEY`. Enter only the key.' },
  'X-API-KEY': {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-KEY',
    description: '`X-API-KEY: KEY`. Enter only the key.',
  },
} as const;

/** Any one of the three ways to send a key will do. */
const ANY_KEY = Object.keys(KEYS).map((name) => ({ [name]: [] }));

/**
 * The OpenAPI document of an application that was created; it need not listen.
 * An endpoint's operationId is the name of its method, so that generated clients read well (`client.requestPayout(…)`)
 * and a controller can be renamed; hence no two endpoints may share a method name.
 */
export async function openApiDocument(app: INestApplication): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await loadSwagger();
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Bahi')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setContact('The operator of this service', '', '')
    .addServer('/', 'The service that serves this document.')
    .build();
  config.info.contact = { name: 'The operator of this service' };
  config.info.license = { name: 'MIT', identifier: 'MIT' } as { name: string };
  config.tags = [...app.get(DocumentTags, { strict: false }).all];
  config.components = { securitySchemes: KEYS, headers: HEADER_COMPONENTS };
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: (_controller, method) => method });
  const problems = new DescribedProblems(app.get(Problems, { strict: false }));
  const seen = new Set<string>();
  for (const [path, method, operation] of operationsOf(document)) {
    const id = operation.operationId ?? '';
    assert(
      !seen.has(id),
      `operation ids are unique: ${id} is there twice; name the controller's method after what it does`,
    );
    seen.add(id);
    describeRefusals(path, method, operation, problems);
    describeAnswers(operation);
  }
  describeStrictBodies(document);
  const { schemas, ...others } = problems.components;
  const components = document.components!;
  document.components = {
    ...components,
    schemas: { ...components.schemas, ...schemas },
    ...others,
  } as typeof components;
  return document;
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Method = (typeof METHODS)[number];

function operationsOf(document: OpenAPIObject): [string, Method, Operation][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method): [string, Method, Operation][] =>
      item[method] === undefined ? [] : [[path, method, item[method]]],
    ),
  );
}

/** Adds what the answers of all operations have: the meaning of the status, and the headers. */
function describeAnswers(operation: Operation): void {
  for (const [status, answer] of Object.entries(operation.responses)) {
    if (answer === undefined || '$ref' in answer) continue;
    answer.description ||= MEANINGS[status] ?? 'Done.';
    answer.headers = { ...answerHeaders(operation.security === ANY_KEY, status === '201'), ...answer.headers };
  }
}

const MEANINGS: Readonly<Record<string, string>> = { 201: 'It was created.', 204: 'Done. The answer has no body.' };

/** What may happen to any request before an operation sees it. */
const OF_ANY = ['request_timeout', 'uri_too_long', 'headers_too_large'];

/** Fastify reads whatever body there is, whether the operation asks for one or not. */
const OF_BODIES = ['malformed_json', 'payload_too_large', 'unsupported_media_type'];

/** Endpoints outside the API's prefix take no key. */
function describeRefusals(path: string, method: Method, operation: Operation, problems: DescribedProblems): void {
  const isOpen = isMarkedPublic(operation);
  const own = takeOwnProblems(operation);
  const isOfTheApi = path.startsWith(`/${API_PREFIX}/`);
  operation.security = isOpen || !isOfTheApi ? [] : ANY_KEY;
  const codes = [
    'malformed_request',
    ...(method === 'get' ? [] : OF_BODIES),
    // Any of these endpoints may get a query parameter that it does not know.
    ...(isOfTheApi && !isOpen ? ['unauthenticated', 'forbidden', 'rate_limited', 'validation_failed'] : []),
    ...(operation.parameters?.length ? ['validation_failed'] : []),
    ...own,
    'internal_error',
    'overloaded',
  ];
  const refusals = problems.responses([...new Set(codes)].sort());
  operation.responses = { ...refusals, ...operation.responses, default: problems.anyOf(...OF_ANY) as { $ref: string } };
}

function isMarkedPublic(operation: Operation): boolean {
  const marked = operation as Operation & { [PUBLIC_MARK]?: boolean };
  const { [PUBLIC_MARK]: isOpen = false } = marked;
  delete marked[PUBLIC_MARK];
  return isOpen;
}
