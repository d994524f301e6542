import { Injectable, Logger } from '@nestjs/common';
import { sha256 } from '../../../shared/sha256.js';
import { callbackEventsFrom } from '../domain/bank-answer.js';
import { Overloaded } from '../../../platform/overloaded.js';
import { type Callback, type CallbackEvent, CallbackRefused } from '../domain/bank-gateway.js';
import { CallbackInbox, type CallbackKey } from '../domain/callback-inbox.js';
import { BankGateways } from './bank-gateways.js';

/** Called when a new callback was kept. Its failure changes nothing: what is kept is looked for all the same. */
export type CallbackListener = (key: CallbackKey) => Promise<void>;

/**
 * Takes a bank's callback in: verifies and keeps it, and tells the flows. It is answered as soon as it is kept, and what
 * it says is acted upon afterwards; a crash before that costs a second. Delivered again, it changes nothing.
 */
@Injectable()
export class ReceiveCallback {
  private readonly logger = new Logger(ReceiveCallback.name);
  private readonly listeners: CallbackListener[] = [];

  constructor(
    private readonly banks: BankGateways,
    private readonly inbox: CallbackInbox,
  ) {}

  onKept(listener: CallbackListener): void {
    this.listeners.push(listener);
  }

  /**
   * @returns how many events it told, known ones included; null when there is no such gateway, or it sends no callbacks
   * @throws CallbackRefused; Overloaded when it could not be read, so that the bank delivers it again
   */
  async execute(gateway: string, callback: Callback): Promise<number | null> {
    const parsed = await this.parsed(gateway, callback);
    if (parsed === null) return null;
    const events = callbackEventsFrom(parsed);
    if (events.length < parsed.length)
      this.logger.warn(`${gateway} signed ${parsed.length - events.length} events that are not in order; ignored`);
    const digest = Buffer.from(sha256(callback.body)).toString('hex');
    for (const event of events) {
      if (await this.inbox.keep(gateway, event, digest)) await this.tell({ gateway, eventId: event.id });
    }
    return events.length;
  }

  private async parsed(gateway: string, callback: Callback): Promise<readonly CallbackEvent[] | null> {
    try {
      return await this.banks.parseCallback(gateway, callback);
    } catch (error) {
      if (error instanceof CallbackRefused) throw error;
      this.logger.error(`a callback of ${gateway} could not be read: ${String(error)}`);
      throw new Overloaded('The callback could not be read. Deliver it again.');
    }
  }

  private async tell(key: CallbackKey): Promise<void> {
    const told = await Promise.allSettled(this.listeners.map((listener) => listener(key)));
    for (const result of told) {
      if (result.status === 'rejected') this.logger.debug(`a callback waits for the sweep: ${String(result.reason)}`);
    }
  }
}
