import { z } from 'zod';
import {
  type CallbackEnding,
  type CallbackEvent,
  failureOf,
  isBankFailureCode,
  messageSignedBy,
  type UnreadableEvent,
  unrecognizedStatus,
} from '../../gateways/gateways.public.js';
import { SIMULATED_EVENTS } from '../domain/simulated-webhooks.js';
import type { Callback } from '../../gateways/gateways.language.js';
import { signedMessage } from './signed-message.js';

export const SIGNATURE_HEADER = 'x-bank-simulator-signature';

const MESSAGE = z.object({
  event_id: z.string(),
  event: z.enum(SIMULATED_EVENTS),
  reference: z.string(),
  amount_paise: z.string().regex(/^\d{1,16}$/),
  account_number: z.string().nullish(),
  vpa: z.string().nullish(),
  utr: z.string().nullable(),
  failure_code: z.string().nullable(),
});

/** The fields that a message must have to be usable. The rest may be undocumented. */
const NAMED = z.looseObject({ event_id: z.string(), reference: z.string(), event: z.unknown().optional() });

export type SimulatedMessage = z.infer<typeof MESSAGE>;

/** The message as the simulated bank would send it, signed. */
export function signedCallback(message: SimulatedMessage, secret: string, now: Date): Callback {
  return signedMessage(message, SIGNATURE_HEADER, secret, now);
}

/** @throws CallbackRefused */
export function simulatedEventsFrom(callback: Callback, secret: string): (CallbackEvent | UnreadableEvent)[] {
  const named = NAMED.safeParse(messageSignedBy([secret], SIGNATURE_HEADER, callback));
  if (!named.success) return [{ unreadable: 'the body is no message of the simulated bank' }];
  const { event_id: id, reference, event } = named.data;
  const { success, data: message } = MESSAGE.safeParse(named.data);
  if (!success) return [{ id, reference, amountPaise: null, ending: unrecognizedStatus(event) }];
  const { amount_paise, account_number: accountNumber, vpa } = message;
  const destination = { accountNumber, vpa };
  return [{ id, reference, amountPaise: BigInt(amount_paise), destination, ending: endingOf(message) }];
}

function endingOf({ event, utr, failure_code }: SimulatedMessage): CallbackEnding {
  const failure = failureOf(isBankFailureCode(failure_code) ? failure_code : 'returned_by_bank');
  switch (event) {
    case 'pending':
      return { kind: 'pending' };
    case 'succeeded':
      return { kind: 'succeeded', utr: utr ?? '' };
    case 'rejected':
      return { kind: 'rejected', failure, ...(utr === null ? {} : { utr }) };
    case 'returned':
      return { kind: 'returned', utr, failure };
  }
}
