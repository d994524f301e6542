import type { UnreadableEvent } from '../domain/callback-events.js';
import type { ReportedEvent } from '../domain/callback-inbox.js';
import { callbackEventsFrom, providerEventsFrom } from '../domain/parse-callback.js';
import type { Callback } from '../gateways.language.js';
import type { BankGateways } from './bank-gateways.js';
import type { PaymentGateways } from './payment-gateways.js';

/** What a callback reports, and the kind of gateway that sent it. */
export interface CallbackRead {
  readonly port: 'payout' | 'payment';
  readonly events: readonly (ReportedEvent | UnreadableEvent)[];
}

/**
 * @returns null when the gateway is no bank, or sends no callbacks
 * @throws CallbackRefused, and whatever the adapter throws
 */
export async function readFromBank(
  banks: BankGateways,
  gateway: string,
  callback: Callback,
): Promise<CallbackRead | null> {
  const parsed = await banks.parseCallback(gateway, callback);
  if (parsed === null) return null;
  const events = callbackEventsFrom(parsed).map((event) => {
    if ('unreadable' in event) return event;
    const { id: eventId, amountPaise: amountMinor, ...about } = event;
    return { eventId, subject: 'payout', amountMinor, currency: 'INR', ...about } as const;
  });
  return { port: 'payout', events };
}

/**
 * @returns null when the gateway is no provider, or sends no callbacks
 * @throws CallbackRefused, and whatever the adapter throws
 */
export async function readFromProvider(
  providers: PaymentGateways,
  gateway: string,
  callback: Callback,
): Promise<CallbackRead | null> {
  const parsed = await providers.parseCallback(gateway, callback);
  if (parsed === null) return null;
  const events = providerEventsFrom(parsed).map((event) => {
    if ('unreadable' in event) return event;
    const { id: eventId, ...about } = event;
    return { eventId, ...about };
  });
  return { port: 'payment', events };
}
