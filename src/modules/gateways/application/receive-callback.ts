import { Injectable, Logger } from '@nestjs/common';
import { sha256 } from '../../../shared/sha256.js';
import { callbackEventsFrom } from '../domain/parse-bank-answer.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { CallbackRefused } from '../domain/bank-gateway.js';
import { CallbackInbox, type CallbackKey, type CallbackSubject, type ToldEvent } from '../domain/callback-inbox.js';
import { providerEventsFrom } from '../domain/parse-provider-answer.js';
import { BankGateways } from './bank-gateways.js';
import { PaymentGateways } from './payment-gateways.js';
import type { Callback } from '../gateways.language.js';

/** Called when a new callback about its subjects was kept. Its failure changes nothing: what is kept is looked for all the same. */
export type CallbackListener = (keys: readonly CallbackKey[]) => Promise<void>;

interface Listener {
  readonly subjects: readonly CallbackSubject[];
  readonly hear: CallbackListener;
}

/** What a callback tells, as far as it is in order. */
interface Told {
  readonly events: readonly ToldEvent[];
  readonly malformed: number;
}

/**
 * Takes a callback of a bank or a provider in: verifies and keeps it, and tells the flows. It is answered as soon as it is kept, and what
 * it says is acted upon afterwards; a crash before that costs a second. Delivered again, it changes nothing.
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

  onStored(subjects: readonly CallbackSubject[], hear: CallbackListener): void {
    this.listeners.push({ subjects, hear });
  }

  /** Offers the flows what waits in the inbox and is due. */
  async offerDue(limit: number): Promise<void> {
    for (const { subjects, hear } of this.listeners) {
      const due = await this.inbox.due(subjects, limit);
      if (due.length > 0) await hear(due);
    }
  }

  /**
   * @returns how many events it told, known ones included; null when there is no such gateway, or it sends no callbacks
   * @throws CallbackRefused; Overloaded when it could not be read, so that the bank delivers it again
   */
  async execute(gateway: string, callback: Callback): Promise<number | null> {
    const told = await this.told(gateway, callback);
    if (told === null) return null;
    if (told.malformed > 0)
      this.logger.warn(`${gateway} signed ${told.malformed} events that are not in order; ignored`);
    const digest = Buffer.from(sha256(callback.body)).toString('hex');
    for (const event of told.events) {
      if (await this.inbox.keep(gateway, event, digest))
        await this.tell(event.subject, { gateway, eventId: event.eventId });
    }
    return told.events.length;
  }

  private async told(gateway: string, callback: Callback): Promise<Told | null> {
    try {
      return (await this.toldByBank(gateway, callback)) ?? (await this.toldByProvider(gateway, callback));
    } catch (error) {
      if (error instanceof CallbackRefused) throw error;
      this.logger.error(`a callback of ${gateway} could not be read: ${String(error)}`);
      throw new Overloaded('The callback could not be read. Deliver it again.');
    }
  }

  private async toldByBank(gateway: string, callback: Callback): Promise<Told | null> {
    const parsed = await this.banks.parseCallback(gateway, callback);
    if (parsed === null) return null;
    const events = callbackEventsFrom(parsed).map(({ id: eventId, reference, amountPaise, ending }) => {
      return { eventId, subject: 'payout', reference, amountMinor: amountPaise, currency: 'INR', ending } as const;
    });
    return { events, malformed: parsed.length - events.length };
  }

  private async toldByProvider(gateway: string, callback: Callback): Promise<Told | null> {
    const parsed = await this.payments.parseCallback(gateway, callback);
    if (parsed === null) return null;
    const events = providerEventsFrom(parsed).map(({ id: eventId, ...event }) => ({ eventId, ...event }));
    return { events, malformed: parsed.length - events.length };
  }

  private async tell(subject: CallbackSubject, key: CallbackKey): Promise<void> {
    const hearing = this.listeners.filter(({ subjects }) => subjects.includes(subject));
    const told = await Promise.allSettled(hearing.map(({ hear }) => hear([key])));
    for (const result of told) {
      if (result.status === 'rejected') this.logger.debug(`a callback waits for the sweep: ${String(result.reason)}`);
    }
  }
}
