import type { OpenAPIObject } from '@nestjs/swagger';
import { assert } from '../../../shared/assert.js';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
}

/**
 * Describes the bodies of requests as the request pipe treats them: a field that is not known is refused, and null is
 * the same as a field that is left out.
 */
export function describeStrictBodies(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const done = new Set<string>();
  const describe = ($ref: string): void => {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    if (done.has(name)) return;
    done.add(name);
    const schema = schemas[name];
    assert(schema !== undefined, `the schema ${name} is in the document`);
    schema.additionalProperties = false;
    schema.properties ??= {};
    for (const [field, { $ref, items }] of Object.entries(schema.properties)) {
      const nested = $ref ?? items?.$ref;
      if (nested !== undefined) describe(nested);
      if (schema.required?.includes(field) !== true) schema.properties[field] = orNull(schema.properties[field]!);
    }
  };
  for (const item of Object.values(document.paths))
    for (const method of ['post', 'put', 'patch'] as const) {
      const body = item[method]?.requestBody;
      if (body === undefined || !('content' in body)) continue;
      const schema = body.content['application/json']?.schema as Schema | undefined;
      if (schema?.$ref !== undefined) describe(schema.$ref);
    }
}

function orNull(schema: Schema): Schema {
  if (schema.$ref !== undefined) return { anyOf: [schema, { type: 'null' }] };
  if (typeof schema.type === 'string') schema.type = [schema.type, 'null'];
  if (schema.enum !== undefined) schema.enum = [...schema.enum, null];
  return schema;
}
