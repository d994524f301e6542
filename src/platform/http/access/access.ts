import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { ApiExtension, PUBLIC_MARK } from '../documentation/openapi-decorators.js';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';

/** Who may call an endpoint under the API's prefix. Without a decorator: every valid key. */
export type Access = 'public' | 'any' | Principal['kind'];

/** The subject for which the ticket of this request must have been issued. */
export type TicketSubject = (request: Pick<FastifyRequest, 'url' | 'query'>) => string;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** The subject of the tickets that are accepted in the query instead of a key; left out: none are accepted. */
    ticket?: TicketSubject;
  }
}

/**
 * The endpoint needs no API key: for callbacks of gateways, which are authenticated by a signature. For methods only,
 * so that a new method of a controller is never public by accident.
 */
export const Public = (): MethodDecorator => applyDecorators(access('public'), ApiExtension(PUBLIC_MARK, true));

/** Only for operator keys. On a class: all its endpoints, except those with a decorator of their own. */
export const OperatorOnly = (): ClassDecorator & MethodDecorator => access('operator');

/** Only for merchant keys. On a class: all its endpoints, except those with a decorator of their own. */
export const MerchantOnly = (): ClassDecorator & MethodDecorator => access('merchant');

/** Accepts a ticket in the query instead of a key: a browser that follows a stream or a link cannot send a header. */
export const TakesTicket =
  (subject: TicketSubject): MethodDecorator =>
  (_target, _key, descriptor) =>
    configure(descriptor.value as object, { ticket: subject });

/**
 * The mark is read when the route is registered and enforced by the `onRequest` hook: a Nest guard would run only after
 * the body was read.
 */
function access(kind: Access): ClassDecorator & MethodDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (descriptor !== undefined) return mark(descriptor.value as object, kind);
    const prototype = (target as { prototype: object }).prototype;
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(prototype)))
      if (typeof value === 'function' && value !== target) mark(value as object, kind);
  };
}

function mark(handler: object, kind: Access): void {
  configure(handler, { access: kind });
}

/** What is already configured stays. */
function configure(handler: object, config: { readonly access?: Access; readonly ticket?: TicketSubject }): void {
  const before = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;
  RouteConfig({ ...config, ...before })(handler as never);
}
