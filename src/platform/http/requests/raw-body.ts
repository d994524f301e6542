import { ApiBody } from '../documentation/openapi-decorators.js';
import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    rawBody?: boolean;
  }
}

/** The endpoint gets the body as it arrived, byte for byte: signatures cover the bytes, not their meaning. */
export const TakesRawBody = (): MethodDecorator =>
  applyDecorators(
    (_target: object, _key: string | symbol, descriptor: PropertyDescriptor) => {
      const handler = descriptor.value as object;
      const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;
      RouteConfig({ ...config, rawBody: true })(handler as never);
    },
    ApiBody({ schema: { type: 'object', additionalProperties: true } }),
  );

/** The bytes of the body; empty if there was no body. */
export function rawBodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}
