import { applyDecorators, type INestApplication, type Type } from '@nestjs/common';
import {
  ApiExtension,
  ApiExtraModels,
  ApiOkResponse,
  ApiProperty,
  DocumentBuilder,
  getSchemaPath,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import { assert } from '../../shared/assert.js';
import { PUBLIC_MARK } from './access.js';
import { API_PREFIX } from './api-prefix.js';
import type { Refusal } from '../../shared/domain-error.js';
import type { Problem } from '../../shared/problem.js';
import { Problems } from './problems.js';

/** The error document, as it is described in OpenAPI (RFC 9457). */
export class ProblemDocument {
  @ApiProperty({ example: '/problems/validation_failed', description: 'Leads to an explanation.' })
  type!: string;

  @ApiProperty({ example: 'The request is not valid' })
  title!: string;

  @ApiProperty({ example: 400 })
  status!: number;

  @ApiProperty({ example: 'amount_paise is required.' })
  detail!: string;

  @ApiProperty({ example: 'validation_failed', description: 'Never changes its meaning; switch on it.' })
  code!: string;

  @ApiProperty({ example: 'k3v9x2-1f', description: 'Equal to the header X-Request-Id.' })
  request_id!: string;

  @ApiProperty({
    required: false,
    type: 'array',
    items: { type: 'object', properties: { pointer: { type: 'string' }, detail: { type: 'string' } } },
    example: [{ pointer: '#/amount_paise', detail: 'amount_paise is required.' }],
  })
  errors?: { pointer: string; detail: string }[];
}

/** Where the codes of an operation's refusals stand until the document is made. */
const PROBLEMS_MARK = 'x-problems';

/** Documents with what an endpoint refuses. 401 and the rest are added to every endpoint. */
export function ProblemResponses(...refusals: readonly Refusal[]): MethodDecorator {
  return ApiExtension(
    PROBLEMS_MARK,
    refusals.map(({ problem }) => problem.code),
  );
}

/** @throws when a code is not registered: an endpoint cannot refuse with what is explained nowhere */
function problemResponses(problems: Problems, ...codes: readonly string[]): Record<number, object> {
  const known = codes.map((code) => {
    const problem = problems.find(code);
    assert(problem !== null, `the problem ${code} is registered`);
    return problem;
  });
  return Object.fromEntries(
    known.map(({ status }) => {
      const same = known.filter((problem) => problem.status === status);
      const description = same.map(({ code }) => `\`${code}\``).join(', ');
      return [status, { description, content: contentOf(same) }];
    }),
  );
}

function contentOf(problems: readonly Problem[]): Record<string, object> {
  const examples = Object.fromEntries(
    problems.map((problem) => [problem.code, { summary: problem.title, value: exampleOf(problem) }]),
  );
  return { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDocument) }, examples } };
}

function exampleOf({ code, status, title, meaning }: Problem): object {
  const example = { type: `/problems/${code}`, title, status, detail: meaning, code, request_id: 'k3v9x2-1f' };
  if (code !== 'validation_failed') return example;
  const detail = 'amount_paise is required.';
  return { ...example, detail, errors: [{ pointer: '#/amount_paise', detail }] };
}

/** Documents a page of a list. */
export function ApiPage(item: Type): MethodDecorator {
  const link = { type: 'string' as const, nullable: true, description: 'A path with the same filters, or null.' };
  const properties = {
    results: { type: 'array' as const, items: { $ref: getSchemaPath(item) } },
    next: { ...link, example: '/api/v1/payouts?limit=20&cursor=YWZ0ZXIu' },
    previous: { ...link, example: null },
  };
  const schema = { type: 'object' as const, required: Object.keys(properties), properties };
  return applyDecorators(ApiExtraModels(item), ApiOkResponse({ schema }));
}

/**
 * The OpenAPI document of an application that was created; it need not listen.
 * An endpoint's operationId is the name of its method, so that generated clients read well (`client.requestPayout(…)`)
 * and a controller can be renamed; hence no two endpoints may share a method name.
 */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Bahi')
    .setDescription(
      'A payout engine: money in an append-only ledger, and payouts that carry it to Indian bank accounts.',
    )
    .setVersion('1')
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Enter `Api-Key YOUR_KEY`.' },
      'ApiKey',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Enter the key alone.' }, 'Bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-KEY', description: 'Enter the key alone.' }, 'X-API-KEY')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [ProblemDocument],
    operationIdFactory: (_controller, method) => method,
  });
  const problems = app.get(Problems, { strict: false });
  const seen = new Set<string>();
  for (const [path, operation] of operationsOf(document)) {
    const id = operation.operationId ?? '';
    assert(
      !seen.has(id),
      `operation ids are unique: ${id} is there twice; name the controller's method after what it does`,
    );
    seen.add(id);
    describeRefusals(path, operation, problems);
  }
  return document;
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

function operationsOf(document: OpenAPIObject): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method): [string, Operation][] => (item[method] === undefined ? [] : [[path, item[method]]])),
  );
}

type Marked = Operation & { [PUBLIC_MARK]?: boolean; [PROBLEMS_MARK]?: readonly string[] };

/** Any one of the three ways to send a key will do. Endpoints outside the API's prefix take none. */
function describeRefusals(path: string, operation: Operation, problems: Problems): void {
  const { [PUBLIC_MARK]: isOpen = false, [PROBLEMS_MARK]: own = [] } = operation as Marked;
  delete (operation as Marked)[PUBLIC_MARK];
  delete (operation as Marked)[PROBLEMS_MARK];
  const refusals = (...codes: readonly string[]): object => problemResponses(problems, ...codes);
  if (!path.startsWith(`/${API_PREFIX}/`)) {
    operation.security = [];
    operation.responses = { ...operation.responses, ...refusals(...own) };
    return;
  }
  operation.security = isOpen ? [] : [{ ApiKey: [] }, { Bearer: [] }, { 'X-API-KEY': [] }];
  const anyOther = ['internal_error', 'overloaded'].map((code) => problems.find(code)!);
  operation.responses = {
    ...(isOpen ? {} : refusals('unauthenticated', 'forbidden', 'rate_limited')),
    ...(operation.parameters?.length ? refusals('validation_failed') : {}),
    ...(operation.requestBody === undefined ? {} : refusals('payload_too_large', 'unsupported_media_type')),
    ...operation.responses,
    ...refusals(...own),
    default: { description: 'Any other problem, by `code`.', content: contentOf(anyOther) },
  };
}
