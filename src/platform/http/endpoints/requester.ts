import type { FastifyRequest } from 'fastify';
import type { Origin } from '../../../shared/origin.js';
import { actorOf, callerOf } from '../access/principal.js';
import { originOf } from '../requests/request-watch.js';

/** Who asks for a change, and the origin that its consequences go back to. */
export interface Requester {
  readonly actor: string;
  readonly origin: Origin;
}

export function requesterOf(request: FastifyRequest): Requester {
  return { actor: actorOf(callerOf(request)), origin: originOf(request) };
}
