import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer, Json } from './client.js';

interface Asked {
  readonly method: string;
  /** With the prefix, and with the query if there is one. */
  readonly path: string;
  readonly body: object | string | undefined;
}

interface Operation {
  /** Where the document describes it. */
  readonly pointer: string;
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>;
  /** The names of its query parameters. */
  readonly queried: ReadonlySet<string>;
}

/** Headers of HTTP itself, which API documents do not list. */
const TRANSPORT = new Set(['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding']);

const FILE = 'docs/openapi.json';

let document: Documented | undefined;

/**
 * Compares an answer with the OpenAPI document: its status, headers, content type and body, and the request's body if
 * it was accepted. This is stricter than the document, which lets answers grow: an answer may not have undocumented
 * members.
 * @throws with the differences
 */
export function assertDocumented(asked: Asked, answer: Answer): void {
  document ??= new Documented(JSON.parse(readFileSync(FILE, 'utf8')));
  const found = document.differences(asked, answer);
  if (found.length === 0) return;
  const { method, path } = asked;
  throw new Error(`${method} ${path} answered ${answer.status}, and ${FILE} says otherwise:\n${found.join('\n')}`);
}

class Documented {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  private readonly routes: readonly [RegExp, Readonly<Record<string, Operation>>][];
  private readonly checks = new Map<string, ValidateFunction>();

  constructor(private readonly document: Json) {
    addFormats.default(this.ajv);
    for (const [name, schema] of Object.entries<Json>(document.components.schemas))
      // It has what all problems have in common; particular problems have more.
      if (name !== 'Problem') close(schema);
    for (const item of Object.values<Json>(document.paths))
      for (const { responses } of Object.values<Json>(item))
        for (const { content } of Object.values<Json>(responses)) close(content?.['application/json']?.schema);
    this.ajv.addSchema(document, 'api');
    const paths = Object.entries<Json>(document.paths).map(([path, item]) => {
      const operations = Object.entries<Json>(item).map(([method, { responses, parameters = [] }]) => [
        method.toUpperCase(),
        { pointer: `/paths/${escaped(path)}/${method}`, responses, queried: this.queried(parameters) },
      ]);
      return [path, Object.fromEntries(operations) as Record<string, Operation>] as const;
    });
    // A path without parameters comes before one with parameters that would match it too.
    paths.sort(([a], [b]) => parameters(a) - parameters(b));
    this.routes = paths.map(([path, item]) => [new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`), item]);
  }

  differences({ method, path, body }: Asked, answer: Answer): string[] {
    const bare = path.replace(/[?#].*$/s, '');
    const operation = this.routes.find(([route]) => route.test(bare))?.[1][method];
    // The router's own answers to paths and methods that no document describes.
    if (operation === undefined) return this.check('/components/schemas/Problem', answer.body, 'the body');
    const pointer = this.pointerTo(operation, answer);
    if (pointer === null) return [`the answer is not documented: ${answer.text.slice(0, 300)}`];
    const asked =
      answer.status < 300 && body !== undefined
        ? this.check(
            `${operation.pointer}/requestBody/content/application~1json/schema`,
            typeof body === 'string' ? JSON.parse(body) : JSON.parse(JSON.stringify(body)),
            'the request, which was accepted,',
          )
        : [];
    const named = answer.status < 300 ? new URLSearchParams(path.split('?')[1]).keys() : [];
    const unknown = [...named].filter((name) => !operation.queried.has(name));
    asked.push(...unknown.map((name) => `${name} in the query, which was accepted, is not documented`));
    return [...asked, ...this.headerDifferences(pointer, answer), ...this.contentDifferences(pointer, answer)];
  }

  private queried(parameters: readonly Json[]): ReadonlySet<string> {
    const all = parameters.map((given) => (given.$ref === undefined ? given : this.at(given.$ref.slice(1))));
    return new Set(all.filter((given) => given.in === 'query').map((given) => given.name));
  }

  /** Where the document describes this answer of the operation; null if it does not. */
  private pointerTo({ pointer, responses }: Operation, { status, body }: Answer): string | null {
    const name = `${status}` in responses ? `${status}` : 'default';
    const response = responses[name];
    if (response === undefined) return null;
    const found = response.$ref?.slice(1) ?? `${pointer}/responses/${name}`;
    if (name !== 'default') return found;
    // The schema allows every code, but only the codes of this operation have an example.
    const { examples } = this.at(found).content['application/problem+json'];
    return body?.code in examples ? found : null;
  }

  private headerDifferences(pointer: string, { headers }: Answer): string[] {
    const documented: Json = this.at(pointer).headers ?? {};
    const known = new Set([...Object.keys(documented).map((name) => name.toLowerCase()), ...TRANSPORT]);
    const unknown = [...headers.keys()].filter((name) => !known.has(name));
    return [
      ...unknown.map((name) => `the header ${name} is not documented`),
      ...Object.entries<Json>(documented).flatMap(([name, { $ref }]) => {
        const { required = false, schema } = this.at($ref.slice(1));
        const text = headers.get(name);
        if (text === null) return required ? [`the header ${name} is missing`] : [];
        return this.check(`${$ref.slice(1)}/schema`, schema.type === 'integer' ? Number(text) : text, `header ${name}`);
      }),
    ];
  }

  private contentDifferences(pointer: string, { headers, text, body }: Answer): string[] {
    const content: Json = this.at(pointer).content;
    if (content === undefined) return text === '' ? [] : [`no body is documented: ${text.slice(0, 300)}`];
    const type = headers.get('content-type')?.split(';')[0] ?? 'none';
    if (!(type in content)) return [`the content type is ${type}`];
    return this.check(`${pointer}/content/${escaped(type)}/schema`, body, 'the body');
  }

  private check(pointer: string, value: unknown, what: string): string[] {
    let check = this.checks.get(pointer);
    check ??= this.ajv.getSchema(`api#${encodeURI(pointer)}`);
    if (check === undefined) return [`${what} has no schema at ${pointer}`];
    this.checks.set(pointer, check);
    if (check(value)) return [];
    return check.errors!.map(
      ({ instancePath, message, params }) => `${what} ${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  private at(pointer: string): Json {
    const keys = pointer.split('/').slice(1);
    return keys.reduce((node, key) => node[key.replaceAll('~1', '/').replaceAll('~0', '~')], this.document);
  }
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

const parameters = (path: string): number => path.split('{').length;

/** Allows only documented members in the objects of a schema. */
function close(schema: Json): void {
  if (schema === undefined) return;
  if (schema.properties !== undefined) schema.additionalProperties ??= false;
  for (const inner of Object.values(schema.properties ?? {})) close(inner);
  close(schema.items);
}
