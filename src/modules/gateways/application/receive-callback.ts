import { Injectable, Logger } from '@nestjs/common';
import { sha256Hex } from '../../../shared/sha256.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { CallbackRefused } from '../domain/callback-events.js';
import {
  CallbackInbox,
  type CallbackKey,
  type CallbackMessage,
  type CallbackSubject,
  type ReportedEvent,
} from '../domain/callback-inbox.js';
import { storedText } from '../domain/callback-text.js';
import { OWN_REFERENCE } from '../domain/own-reference.js';
import { BankGateways } from './bank-gateways.js';
import { CallbackCounter } from '../domain/callback-counter.js';
import { PaymentGateways } from './payment-gateways.js';
import { type CallbackRead, readFromBank, readFromProvider } from './read-callback.js';
import type { Callback } from '../gateways.language.js';

/** Called when a new callback about the listener's subjects was stored. If this fails, the flow's sweep finds it. */
export type CallbackListener = (keys: readonly CallbackKey[]) => Promise<void>;

interface Listener {
  readonly subjects: readonly CallbackSubject[];
  readonly notify: CallbackListener;
}

/**
 * Receives a callback of a bank or a provider: verifies and stores it, and notifies the flows. The callback is answered
 * as soon as it is stored, and acted upon afterwards; after a crash in between a sweep finds it within about a second.
 * A repeated delivery changes nothing.
 *
 * Every signed callback is stored, whatever it says, and one that nobody can act upon raises an alarm: a bank that gets
 * errors repeats its callback again and again, and in the end stops sending any. Only callbacks about orders of another
 * system in the same account are not stored but counted.
 */
@Injectable()
export class ReceiveCallback {
  private readonly logger = new Logger(ReceiveCallback.name);
  private readonly listeners: Listener[] = [];

  constructor(
    private readonly banks: BankGateways,
    private readonly payments: PaymentGateways,
    private readonly inbox: CallbackInbox,
    private readonly counter: CallbackCounter,
  ) {}

  onStored(subjects: readonly CallbackSubject[], notify: CallbackListener): void {
    this.listeners.push({ subjects, notify });
  }

  /**
   * @returns how many events it has, known ones included; null when there is no such gateway, or it sends no callbacks
   * @throws CallbackRefused; Overloaded when the callback could not be read, so that the bank delivers it again
   */
  async execute(gateway: string, callback: Callback): Promise<number | null> {
    const read = await this.read(gateway, callback);
    if (read === null) return null;
    const message = { digest: sha256Hex(callback.body), text: storedText(callback.body) };
    if (read.events.length === 0) this.counter.count('about_no_order');
    for (const event of read.events) {
      if (!('unreadable' in event)) await this.store(gateway, event, message);
      else if (!(await this.inbox.storeUnreadable(gateway, read.port, message))) this.counter.count('repeated');
      else {
        this.counter.count('unreadable');
        this.alarm(`${message.digest} from ${gateway} is correctly signed but cannot be read: ${event.unreadable}`);
      }
    }
    return read.events.length;
  }

  private async store(gateway: string, event: ReportedEvent, message: CallbackMessage): Promise<void> {
    const { eventId, subject, reference, ending } = event;
    if (!OWN_REFERENCE.test(reference)) return this.counter.count('foreign');
    if (!(await this.inbox.store(gateway, event, message))) return this.counter.count('repeated');
    if (ending.kind === 'unrecognized')
      this.alarm(
        `${eventId} from ${gateway} about ${subject} ${reference} was not understood, so Bahi asks ${gateway}; ` +
          `the callback says ${ending.says}`,
      );
    await this.notify(subject, { gateway, eventId });
  }

  private alarm(what: string): void {
    this.logger.error(`ALARM: callback ${what}`);
  }

  private async read(gateway: string, callback: Callback): Promise<CallbackRead | null> {
    try {
      const read = await readFromBank(this.banks, gateway, callback);
      return read ?? (await readFromProvider(this.payments, gateway, callback));
    } catch (error) {
      if (error instanceof CallbackRefused) this.counter.count('unsigned');
      if (error instanceof CallbackRefused) throw error;
      this.logger.error(
        `a callback from ${gateway} could not be read, and was answered 503 so that it comes again: ${String(error)}`,
      );
      throw new Overloaded('The callback could not be read. Deliver it again.');
    }
  }

  private async notify(subject: CallbackSubject, key: CallbackKey): Promise<void> {
    const listeners = this.listeners.filter(({ subjects }) => subjects.includes(subject));
    const results = await Promise.allSettled(listeners.map(({ notify }) => notify([key])));
    for (const result of results) {
      if (result.status === 'rejected') this.logger.debug(`a sweep will process a callback: ${String(result.reason)}`);
    }
  }
}
