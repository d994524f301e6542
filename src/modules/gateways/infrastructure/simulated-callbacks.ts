import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Callback, type CallbackEnding, type CallbackEvent, CallbackRefused } from '../domain/bank-gateway.js';
import { SIMULATED_EVENTS } from '../domain/simulated-post.js';
import { failureOf, isReasonCode } from '../domain/reasons.js';

/** As Stripe signs its webhooks: the time is signed with the body, so that what was recorded cannot be sent later. */
export const SIGNATURE_HEADER = 'x-bank-simulator-signature';

/** As Stripe's libraries have it: clocks differ, and a delivery may have waited. */
const TOLERANCE_SECONDS = 300;

const MESSAGE = z.object({
  event_id: z.string(),
  event: z.enum(SIMULATED_EVENTS),
  reference: z.string(),
  amount_paise: z.string().regex(/^\d{1,16}$/),
  utr: z.string().nullable(),
  failure_code: z.string().nullable(),
});

export type SimulatedMessage = z.infer<typeof MESSAGE>;

/** What the simulated bank would send, signed. */
export function signedCallback(message: SimulatedMessage, secret: string, now: Date): Callback {
  const body = Buffer.from(JSON.stringify(message));
  const seconds = Math.floor(now.getTime() / 1000);
  const headers = { [SIGNATURE_HEADER]: `t=${seconds},v1=${signatureOf(seconds, body, secret).toString('hex')}` };
  return { headers: { 'content-type': 'application/json', ...headers }, body, receivedAt: now };
}

/** @throws CallbackRefused */
export function simulatedEventsFrom({ headers, body, receivedAt }: Callback, secret: string): CallbackEvent[] {
  const [, seconds = '', signature = ''] =
    /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(String(headers[SIGNATURE_HEADER])) ?? [];
  const expected = signatureOf(Number(seconds), body, secret);
  if (signature === '' || !timingSafeEqual(Buffer.from(signature, 'hex'), expected))
    throw new CallbackRefused('unsigned', 'The signature is missing or wrong.');
  if (Math.abs(receivedAt.getTime() / 1000 - Number(seconds)) > TOLERANCE_SECONDS)
    throw new CallbackRefused('unsigned', `The signature is more than ${TOLERANCE_SECONDS} seconds away from now.`);
  const message = MESSAGE.safeParse(jsonOrNull(body));
  if (!message.success) throw new CallbackRefused('malformed', 'The body is no message of the simulated bank.');
  const { event_id, reference, amount_paise } = message.data;
  return [{ id: event_id, reference, amountPaise: BigInt(amount_paise), ending: endingOf(message.data) }];
}

function endingOf({ event, utr, failure_code }: SimulatedMessage): CallbackEnding {
  const failure = failureOf(isReasonCode(failure_code) ? failure_code : 'returned_by_bank');
  switch (event) {
    case 'pending':
      return { kind: 'pending' };
    case 'succeeded':
      return { kind: 'succeeded', utr: utr ?? '' };
    case 'rejected':
      return { kind: 'rejected', failure };
    case 'returned':
      return { kind: 'returned', utr: utr ?? '', failure };
  }
}

function signatureOf(seconds: number, body: Buffer, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}

function jsonOrNull(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
