import { sha256 } from '../../../shared/sha256.js';
import type { Job } from '../../../platform/queue/queue.public.js';
import type { CallbackKey } from '../../gateways/gateways.public.js';

/** Asks for a callback to be taken in. Queues take no colons in ids, and banks do: hence the digest. */
export function callbackJob(key: CallbackKey): Job {
  const digest = Buffer.from(sha256(`${key.gateway}\n${key.eventId}`)).toString('hex');
  return { queue: 'payouts', name: 'callback', id: `callback-${digest}`, data: { ...key } };
}
