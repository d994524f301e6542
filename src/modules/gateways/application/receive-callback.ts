import { Injectable, Logger } from '@nestjs/common';
import { sha256Hex } from '../../../shared/sha256.js';
import { callbackEventsFrom } from '../domain/parse-bank-answer.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { CallbackRefused } from '../domain/bank-gateway.js';
import { CallbackInbox, type CallbackKey, type CallbackSubject, type ReportedEvent } from '../domain/callback-inbox.js';
import { providerEventsFrom } from '../domain/parse-provider-answer.js';
import { BankGateways } from './bank-gateways.js';
import { PaymentGateways } from './payment-gateways.js';
import type { Callback } from '../gateways.language.js';

/** Called when a new callback about its subjects was stored. If it fails, the sweep finds the callback. */
export type CallbackListener = (keys: readonly CallbackKey[]) => Promise<void>;

interface Listener {
  readonly subjects: readonly CallbackSubject[];
  readonly notify: CallbackListener;
}

/** The events of a callback, as far as they are in order. */
interface ParsedCallback {
  readonly events: readonly ReportedEvent[];
  readonly malformed: number;
}

/**
 * Receives a callback of a bank or a provider: verifies and stores it, and notifies the flows. It is answered as soon
 * as it is stored, and acted upon afterwards; a crash before that costs a second. Delivered again, it changes nothing.
 */
@Injectable()
export class ReceiveCallback {
  private readonly logger = new Logger(ReceiveCallback.name);
  private readonly listeners: Listener[] = [];

  constructor(
    private readonly banks: BankGateways,
    private readonly payments: PaymentGateways,
    private readonly inbox: CallbackInbox,
  ) {}

  onStored(subjects: readonly CallbackSubject[], notify: CallbackListener): void {
    this.listeners.push({ subjects, notify });
  }

  /** Offers the flows what waits in the inbox and is due. @throws the first failure; every flow has its turn */
  async offerDue(limit: number): Promise<void> {
    const offers = this.listeners.map(async ({ subjects, notify }) => {
      const due = await this.inbox.due(subjects, limit);
      if (due.length > 0) await notify(due);
    });
    await Promise.all(offers);
  }

  /**
   * @returns how many events it has, known ones included; null when there is no such gateway, or it sends no callbacks
   * @throws CallbackRefused; Overloaded when it could not be read, so that the bank delivers it again
   */
  async execute(gateway: string, callback: Callback): Promise<number | null> {
    const parsed = await this.parsed(gateway, callback);
    if (parsed === null) return null;
    if (parsed.malformed > 0)
      this.logger.warn(`${gateway} signed ${parsed.malformed} events that are not in order; ignored`);
    for (const event of parsed.events) {
      if (await this.inbox.store(gateway, event, sha256Hex(callback.body)))
        await this.notify(event.subject, { gateway, eventId: event.eventId });
    }
    return parsed.events.length;
  }

  private async parsed(gateway: string, callback: Callback): Promise<ParsedCallback | null> {
    try {
      return (await this.parsedByBank(gateway, callback)) ?? (await this.parsedByProvider(gateway, callback));
    } catch (error) {
      if (error instanceof CallbackRefused) throw error;
      this.logger.error(`a callback of ${gateway} could not be read: ${String(error)}`);
      throw new Overloaded('The callback could not be read. Deliver it again.');
    }
  }

  private async parsedByBank(gateway: string, callback: Callback): Promise<ParsedCallback | null> {
    const parsed = await this.banks.parseCallback(gateway, callback);
    if (parsed === null) return null;
    const events = callbackEventsFrom(parsed).map(({ id: eventId, reference, amountPaise, ending }) => {
      return { eventId, subject: 'payout', reference, amountMinor: amountPaise, currency: 'INR', ending } as const;
    });
    return { events, malformed: parsed.length - events.length };
  }

  private async parsedByProvider(gateway: string, callback: Callback): Promise<ParsedCallback | null> {
    const parsed = await this.payments.parseCallback(gateway, callback);
    if (parsed === null) return null;
    const events = providerEventsFrom(parsed).map(({ id: eventId, ...event }) => ({ eventId, ...event }));
    return { events, malformed: parsed.length - events.length };
  }

  private async notify(subject: CallbackSubject, key: CallbackKey): Promise<void> {
    const listeners = this.listeners.filter(({ subjects }) => subjects.includes(subject));
    const results = await Promise.allSettled(listeners.map(({ notify }) => notify([key])));
    for (const result of results) {
      if (result.status === 'rejected') this.logger.debug(`a callback waits for the sweep: ${String(result.reason)}`);
    }
  }
}
