import type { Callback } from '../../gateways/gateways.language.js';
import { timedSignature } from '../../gateways/gateways.public.js';

/** A message as a callback, with its signature in the header of this name. */
export function signedMessage(message: object, header: string, secret: string, now: Date): Callback {
  const body = Buffer.from(JSON.stringify(message));
  const headers = { 'content-type': 'application/json', [header]: timedSignature(body, secret, now) };
  return { headers, body, receivedAt: now };
}
