import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../../shared/domain-error.js';
import { sha256 } from '../../shared/sha256.js';
import { problemOf } from './problems.js';

/** An answer down to its bytes. */
interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * A request under an Idempotency-Key, as the idempotency module takes it.
 * @param compared what another request under this key must equal: route, ids and the normalised command
 */
export function keyedRequest(
  key: string,
  windowHours: number,
  compared: readonly unknown[],
  { id }: Pick<FastifyRequest, 'id'>,
) {
  const requestHash = sha256(JSON.stringify(compared));
  return { key, requestHash, windowHours, refusal: (error: DomainError): Reply => problemOf(error, id) };
}

/** The answer to store when something was created. */
export function createdReply(view: object): Reply {
  return { status: 201, contentType: 'application/json; charset=utf-8', body: JSON.stringify(view) };
}

/**
 * Sends the answer as bytes: a recorded one is sent as it was recorded, content type included.
 * @param location of what was created
 */
export async function sendStoredReply(
  reply: FastifyReply,
  answer: Reply & { readonly replayed: boolean },
  location: string,
): Promise<void> {
  if (answer.status === 201) reply.header('location', location);
  if (answer.replayed) reply.header('idempotent-replayed', 'true');
  await reply.status(answer.status).header('content-type', answer.contentType).send(Buffer.from(answer.body));
}
