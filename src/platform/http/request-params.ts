import { createParamDecorator, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import { ApiHeader, ApiParam } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { parseUuid } from '../../shared/ids.js';
import { IdempotencyKeyMissing, NotFound, ValidationFailed } from './refusals.js';

/**
 * An id in the path, in its canonical form. What is no UUID names nothing, so it is 404 like an unknown one.
 * Usage: `@IdParam('id') id: string`.
 */
export const IdParam =
  (name: string): ParameterDecorator =>
  (target, key, index) => {
    ApiParam({ name, schema: { type: 'string', format: 'uuid' } })(
      target,
      key!,
      Object.getOwnPropertyDescriptor(target, key!)!,
    );
    IdInPath(name)(target, key, index);
  };

const IdInPath = createParamDecorator((name: string, context: ExecutionContext) => {
  const params = context.switchToHttp().getRequest<FastifyRequest>().params as Record<string, string>;
  const id = parseUuid(params[name] ?? '');
  if (id === null) throw new NotFound();
  return id;
});

/** From the header's text to the key that is compared; null when it is not usable. */
type ParseKey = (header: string) => string | null;

/**
 * The header `Idempotency-Key`, which every request that moves money must carry.
 * Usage: `@IdempotencyKey(parseIdempotencyKey) key: string`. The rule is the idempotency module's, hence the parameter.
 * @throws IdempotencyKeyMissing, ValidationFailed; a body that is not valid comes first
 */
export const IdempotencyKey = (parse: ParseKey): ParameterDecorator => IdempotencyKeyHeader(new KeyPipe(parse));

const IdempotencyKeyHeader = createParamDecorator(
  (_data: undefined, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'],
  [
    (target, key) => {
      const decorate = ApiHeader({
        name: 'Idempotency-Key',
        description:
          'Unique to this intent. The same key again has one effect and brings the same answer, for 24 hours.',
        required: true,
        schema: { type: 'string', minLength: 1, maxLength: 255 },
      });
      decorate(target, key!, Object.getOwnPropertyDescriptor(target, key!)!);
    },
  ],
);

/** A pipe, because Nest runs it after the pipe that validates the body, and answers with what fails first. */
class KeyPipe implements PipeTransform<unknown, string> {
  constructor(private readonly parse: ParseKey) {}

  transform(header: unknown): string {
    if (typeof header !== 'string' || header.trim() === '') throw new IdempotencyKeyMissing();
    const key = this.parse(header);
    if (key !== null) return key;
    const detail = 'The Idempotency-Key must be 1 to 255 printable ASCII characters.';
    throw new ValidationFailed([{ pointer: '#/headers/Idempotency-Key', detail }]);
  }
}
