import type { CallbackEvent, CommonEnding, Destination } from './bank-gateway.js';
import type { UnreadableEvent, Unrecognized } from './callback-events.js';
import { type Fields, isName, printable, reportedEndingFrom, storable } from './parse-bank-answer.js';
import { reportedProviderEndingFrom } from './parse-provider-answer.js';
import type { CommonProviderEnding, ProviderEvent } from './payment-gateway.js';

/** Most callbacks are about one transfer; some banks put a few events into one callback. */
const MAX_EVENTS = 100;

/** The largest value of a `BIGINT` column. */
const MAX_AMOUNT = 2n ** 63n - 1n;

/**
 * The events of a bank's callback, checked and copied field by field. The bank has signed malformed events too, so none
 * is left out: an event without a valid ending is `unrecognized`, and one without a reference is unreadable.
 */
export function callbackEventsFrom(events: unknown): (CallbackEvent | UnreadableEvent)[] {
  return eventsFrom(events, ({ id, reference, amountPaise: amount, destination: to, ending: reported }) => {
    if (!isName(id) || !isName(reference)) return WITHOUT_NAMES;
    const amountPaise = amountFrom(amount);
    const destination = destinationFrom(to);
    const ending = recognized(reported, reportedEndingFrom, amountPaise !== null);
    return { id, reference, amountPaise, ...(destination === null ? {} : { destination }), ending };
  });
}

/** The events of a provider's callback, treated like those of a bank's. */
export function providerEventsFrom(events: unknown): (ProviderEvent | UnreadableEvent)[] {
  return eventsFrom(events, ({ id, subject, reference, amountMinor: stated, currency: named, ending: reported }) => {
    if (!isName(id) || !isName(reference)) return WITHOUT_NAMES;
    if (subject !== 'payment' && subject !== 'refund')
      return { unreadable: 'it is about neither a payment nor a refund' };
    const amountMinor = amountFrom(stated);
    const currency = typeof named === 'string' && /^[A-Z]{3}$/.test(named) ? named : null;
    const ending = recognized(reported, reportedProviderEndingFrom, amountMinor !== null && currency !== null);
    return { id, subject, reference, amountMinor, currency, ending };
  });
}

const WITHOUT_NAMES: UnreadableEvent = { unreadable: 'it has no id, or no reference, that could be stored' };

function eventsFrom<Event>(
  events: unknown,
  read: (fields: Fields) => Event | UnreadableEvent,
): (Event | UnreadableEvent)[] {
  if (!Array.isArray(events)) return [{ unreadable: 'the adapter makes no list of events of it' }];
  const all = events.slice(0, MAX_EVENTS).map((event: unknown) => {
    const fields = (event ?? {}) as Fields;
    return typeof fields.unreadable === 'string' ? { unreadable: printable(fields.unreadable) } : read(fields);
  });
  if (events.length > MAX_EVENTS) all.push({ unreadable: `it has ${events.length} events; ${MAX_EVENTS} were read` });
  return all;
}

/** @param hasAmount whether the event names an amount: without one its ending may be about any other order */
function recognized<Ending extends CommonEnding | CommonProviderEnding>(
  reported: unknown,
  endingFrom: (reported: unknown) => Ending,
  hasAmount: boolean,
): Exclude<Ending, { kind: 'unknown' }> | Unrecognized {
  const { kind, says } = (reported ?? {}) as Fields;
  if (kind === 'unrecognized') return { kind, says: printable(String(says)) };
  const ending = endingFrom(reported);
  if (ending.kind === 'unknown') return { kind: 'unrecognized', says: ending.why };
  if (!hasAmount) return { kind: 'unrecognized', says: `${ending.kind}, without an amount that can be read` };
  return ending as Exclude<Ending, { kind: 'unknown' }>;
}

/** Account numbers have up to 18 digits, VPAs up to 255 characters; longer values and other types are ignored. */
const MAX_DESTINATION = 255;

function destinationFrom(reported: unknown): Destination | null {
  const { accountNumber, vpa } = (reported ?? {}) as Fields;
  const textOf = (text: unknown): string | null =>
    typeof text === 'string' && text !== '' && text.length <= MAX_DESTINATION ? storable(text) : null;
  const destination = { accountNumber: textOf(accountNumber), vpa: textOf(vpa) };
  return destination.accountNumber === null && destination.vpa === null ? null : destination;
}

function amountFrom(stated: unknown): bigint | null {
  return typeof stated === 'bigint' && stated >= 0n && stated <= MAX_AMOUNT ? stated : null;
}
