import { ApiExtension } from './openapi-decorators.js';
import { assert } from '../../../shared/assert.js';
import type { Refusal } from '../../../shared/domain-error.js';
import type { Problem, ProblemMember } from '../../../shared/problem.js';
import type { Problems } from '../problems/problems.js';
import { problemHeaders } from './openapi-headers.js';

/** The property that has the codes of an operation's refusals until the document is made. */
const PROBLEMS_MARK = 'x-problems';

/** Documents the refusals of an endpoint. Those that every endpoint has, such as 401, are added. */
export function ProblemResponses(...refusals: readonly Refusal[]): MethodDecorator {
  return ApiExtension(
    PROBLEMS_MARK,
    refusals.map(({ problem }) => problem.code),
  );
}

/** The codes that an operation was marked with; the mark itself is not part of the document. */
export function takeOwnProblems(operation: object): readonly string[] {
  const marked = operation as { [PROBLEMS_MARK]?: readonly string[] };
  const { [PROBLEMS_MARK]: own = [] } = marked;
  delete marked[PROBLEMS_MARK];
  return own;
}

interface Components {
  readonly schemas: Record<string, object>;
  readonly examples: Record<string, object>;
  readonly responses: Record<string, object>;
}

/**
 * The problem documents (RFC 9457) of the API, as its OpenAPI document describes them: each code has its own schema.
 */
export class DescribedProblems {
  readonly components: Components = { schemas: {}, examples: {}, responses: {} };

  constructor(private readonly problems: Problems) {}

  /**
   * The answers of an operation that refuses with these codes, by status.
   * @throws when a code is not registered: an endpoint cannot refuse with what is explained nowhere
   */
  responses(codes: readonly string[]): Record<string, object> {
    const known = [...new Set(codes)].map((code) => this.known(code));
    const statuses = [...new Set(known.map(({ status }) => status))];
    return Object.fromEntries(
      statuses.map((status) => [`${status}`, this.response(known.filter((problem) => problem.status === status))]),
    );
  }

  /** The answer without a status of its own, for codes that any request may get. Its schema has all codes. */
  anyOf(...codes: readonly string[]): object {
    const codesOfAll = this.problems.all.map(({ code }) => code).sort();
    this.components.schemas['Problem'] ??= schemaOfEvery(codesOfAll);
    return this.response(
      codes.map((code) => this.known(code)),
      { $ref: '#/components/schemas/Problem' },
    );
  }

  private known(code: string): Problem {
    const problem = this.problems.find(code);
    assert(problem !== null, `the problem ${code} is registered`);
    return problem;
  }

  /** An answer that many operations share is in the document once, under the names of its codes. */
  private response(problems: readonly Problem[], schema = this.schemaOf(problems)): object {
    const name = problems.map(({ code }) => code).join('.');
    this.components.responses[name] ??= {
      description: problems.map(({ code, title }) => `\`${code}\`: ${title}.`).join(' '),
      headers: Object.assign({}, ...problems.map(({ status }) => problemHeaders(status))) as object,
      content: {
        'application/problem+json': {
          schema,
          examples: Object.fromEntries(problems.map((problem) => [problem.code, this.exampleOf(problem)])),
        },
      },
    };
    return { $ref: `#/components/responses/${name}` };
  }

  private schemaOf(problems: readonly Problem[]): object {
    const refs = problems.map((problem) => {
      const name = `${pascalCase(problem.code)}Problem`;
      this.components.schemas[name] ??= problemSchema(problem);
      return [problem.code, `#/components/schemas/${name}`] as const;
    });
    if (refs.length === 1) return { $ref: refs[0]![1] };
    return {
      oneOf: refs.map(([, $ref]) => ({ $ref })),
      discriminator: { propertyName: 'code', mapping: Object.fromEntries(refs) },
    };
  }

  private exampleOf(problem: Problem): object {
    this.components.examples[problem.code] ??= { summary: problem.title, value: problemExample(problem) };
    return { $ref: `#/components/examples/${problem.code}` };
  }
}

const pascalCase = (code: string): string => code.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Marks the schema of a refusal that an Idempotency-Key remembers and replays. */
const REMEMBERED_MARK = 'x-remembered';

function problemSchema({ code, status, title, meaning, remembered = false, members = {} }: Problem): object {
  const properties = {
    type: { type: 'string', enum: [`/problems/${code}`], description: 'A link to the explanation of this problem.' },
    title: { type: 'string', example: title },
    status: { type: 'integer', enum: [status] },
    detail: { type: 'string', description: 'What is wrong with this request, for people to read.' },
    code: {
      type: 'string',
      enum: [code],
      description: 'Identifies the kind of problem. A code never changes its meaning, so programs should switch on it.',
    },
    request_id: { type: 'string', example: 'k3v9x2-1f', description: 'The same as the header X-Request-Id.' },
  };
  const own = Object.entries(members);
  const required = [...Object.keys(properties), ...own.filter(([, { optional }]) => !optional).map(([name]) => name)];
  const described = Object.fromEntries(own.map(([name, member]) => [name, memberSchema(member)]));
  const marks = remembered ? { [REMEMBERED_MARK]: true } : {};
  return { type: 'object', description: meaning, required, properties: { ...properties, ...described }, ...marks };
}

function schemaOfEvery(codes: readonly string[]): object {
  const code = {
    type: 'string',
    enum: codes,
    description: 'Identifies the kind of problem. A code never changes its meaning, so programs should switch on it.',
  };
  const texts = Object.fromEntries(['type', 'title', 'detail', 'request_id'].map((name) => [name, { type: 'string' }]));
  const properties = { ...texts, status: { type: 'integer' }, code };
  return {
    type: 'object',
    description: 'The members that all problems have.',
    required: Object.keys(properties),
    properties,
  };
}

const FIELD_ERROR = {
  type: 'object',
  required: ['pointer', 'detail'],
  properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
};

function memberSchema({ type, description, nullable = false, example }: ProblemMember): object {
  const described = { description, example };
  switch (type) {
    case 'integer':
      return { type: nullable ? ['integer', 'null'] : type, ...described };
    case 'text':
      return { type: nullable ? ['string', 'null'] : 'string', ...described };
    case 'texts':
      return { type: 'array', items: { type: 'string' }, ...described };
    case 'errors':
      return { type: 'array', minItems: 1, items: FIELD_ERROR, ...described };
  }
}

function problemExample({ code, status, title, meaning, members = {} }: Problem): object {
  const own = Object.entries(members).filter(([, { optional }]) => !optional);
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: meaning,
    code,
    request_id: 'k3v9x2-1f',
    ...Object.fromEntries(own.map(([name, { example }]) => [name, example])),
  };
}
