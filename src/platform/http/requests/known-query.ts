import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { onRequestHookHandler } from 'fastify';
import { ProtocolError, ValidationFailed } from '../problems/refusals.js';
import { unknownFields } from './request-shape.js';

/**
 * Which query parameters a route knows: none (left out); the merchant that an operator names; or those that the DTO
 * class of its `@Query()` declares, which `RequestPipe` checks.
 */
type KnownQuery = 'merchant' | 'declared';

declare module 'fastify' {
  interface FastifyContextConfig {
    query?: KnownQuery;
  }
}

/** Marks a method whose endpoint is about a merchant. */
export function knowsMerchant(handler: object): void {
  mark(handler, 'merchant');
}

/** Marks every method with a `@Query()`. Called before the routes are registered. */
export function markDeclaredQueries(modules: ModulesContainer): void {
  const scanner = new MetadataScanner();
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  for (const { metatype } of controllers) {
    const prototype = (metatype as { prototype: Record<string, object> }).prototype;
    for (const method of scanner.getAllMethodNames(prototype)) {
      const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, metatype as object, method) ?? {}) as object;
      const isQuery = (kind: string) => kind.startsWith(`${RouteParamtypes.QUERY}:`);
      if (Object.keys(parameters).some(isQuery)) mark(prototype[method]!, 'declared');
    }
  }
}

function mark(handler: object, query: KnownQuery): void {
  const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;
  RouteConfig({ ...config, query })(handler as never);
}

/**
 * Refuses a query that cannot be decoded. The parser takes what is not percent-encoded UTF-8 as it is, so that a filter
 * by `%E9` would look for these three characters and find nothing.
 */
export const refuseBrokenQuery: onRequestHookHandler = ({ raw: { url = '' } }, _reply, done) => {
  const start = url.indexOf('?');
  const isBroken = start !== -1 && url.includes('%', start) && !isDecodable(url.slice(start));
  done(isBroken ? new ProtocolError('malformed_request', 'The URL cannot be decoded.') : undefined);
};

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    // Named decision: the only error is that of a text that is not percent-encoded UTF-8.
    return false;
  }
}

/** Refuses parameters that the endpoint does not know: a misspelt filter must not have the effect of no filter. */
export function refuseUnknownQuery(known: KnownQuery | undefined): onRequestHookHandler | null {
  if (known === 'declared') return null;
  return known === 'merchant' ? ALL_BUT_MERCHANT : ALL;
}

const refuse =
  (names: ReadonlySet<string>): onRequestHookHandler =>
  (request, _reply, done) => {
    const [first, ...rest] = unknownFields(request.query as object, names, '#/query');
    done(first === undefined ? undefined : new ValidationFailed([first, ...rest]));
  };

const ALL = refuse(new Set());
const ALL_BUT_MERCHANT = refuse(new Set(['merchant_id']));
