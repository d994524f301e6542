import type { Callback } from '../../gateways/gateways.language.js';
import { timedSignature } from '../../gateways/gateways.public.js';

/** A message as a callback, with its signature in the header of this name. A string becomes the body unchanged. */
export function signedMessage(message: object | string, header: string, secret: string, now: Date): Callback {
  const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  const headers = { 'content-type': 'application/json', [header]: timedSignature(body, secret, now) };
  return { headers, body, receivedAt: now };
}
