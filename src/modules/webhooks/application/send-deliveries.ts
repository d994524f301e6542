import { Injectable, Logger } from '@nestjs/common';
import { AttemptCounter } from '../domain/attempt-counter.js';
import { type ClaimedDelivery, DeliveryWork } from '../domain/deliveries.js';
import { EndpointLoad, FULL_CAPACITY } from '../domain/endpoint-load.js';
import { type HookResult, HookSender, isDelivered } from '../domain/hook-sender.js';
import { FailureBackOff } from '../domain/failure-back-off.js';
import { WebhookSettings } from '../webhooks.settings.js';
import { RecordResult } from './record-result.js';

/** The result where there is no secret: an unsigned message is worth nothing to the receiver, so none is sent. */
const NO_SECRET: HookResult = {
  statusCode: null,
  answer: null,
  failure: 'its secret cannot be read',
  fault: 'own',
  durationMs: 0,
};

/** How many deliveries may be on their way from this process at the same time. */
const IN_ALL = 256;

/**
 * Sends due deliveries. Each is claimed, with the number of its attempt, before it is sent. If the process is killed,
 * the claim runs out and another process sends the same bytes under the same id. The same happens if a result cannot be
 * stored: the receiver gets the message again, and recognizes the id.
 */
@Injectable()
export class SendDeliveries {
  private readonly logger = new Logger('webhooks');
  private readonly load: EndpointLoad;
  /** While our own egress fails, little is sent to anybody. */
  private readonly egress: FailureBackOff;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly work: DeliveryWork,
    private readonly sender: HookSender,
    private readonly results: RecordResult,
    private readonly counter: AttemptCounter,
    { retryScale }: WebhookSettings,
  ) {
    this.load = new EndpointLoad(retryScale);
    this.egress = new FailureBackOff(retryScale);
  }

  /**
   * Starts as many attempts as there is room for.
   * @param onRoom called when an attempt has ended that may have kept others waiting
   * @returns how many were started
   */
  async execute(onRoom: () => void): Promise<number> {
    const free = this.egress.capacity(IN_ALL, this.inFlight.size, performance.now());
    if (free <= 0) return 0;
    const capacities = this.load.capacities(performance.now());
    const claimed = await this.work.claim(free, { ...capacities, fullCapacity: FULL_CAPACITY });
    for (const delivery of claimed) this.begin(delivery);
    for (const delivery of claimed) {
      const keepsOthers = claimed.length === free || delivery.isOrdered || this.load.isFull(delivery.endpointId);
      const sending = this.send(delivery).finally(() => {
        this.inFlight.delete(sending);
        if (keepsOthers) onRoom();
      });
      this.inFlight.add(sending);
    }
    return claimed.length;
  }

  /** Waits until all attempts that are on their way have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.inFlight);
  }

  /** Breaks the attempts off, so that other processes make them. */
  async breakOff(): Promise<void> {
    this.stopping.abort();
    await this.settled();
  }

  private begin(delivery: ClaimedDelivery): void {
    this.load.begin(delivery.endpointId);
    this.counter.begun(delivery);
  }

  private async send(delivery: ClaimedDelivery): Promise<void> {
    const { url, eventId: id, at, body, secrets } = delivery;
    const { signal } = this.stopping;
    const result = secrets.length === 0 ? NO_SECRET : await this.sender.send({ url, id, at, body, secrets }, signal);
    const now = performance.now();
    this.load.end(delivery.endpointId, result.fault === 'egress' ? null : isDelivered(result), now);
    if (result.fault !== 'own') this.egress.note(result.fault !== 'egress', now);
    try {
      await this.results.execute(delivery, result, signal.aborted);
    } catch (error) {
      this.logger.error(
        `the result of webhook delivery ${delivery.id} was not stored, so the event is sent again: ${String(error)}`,
      );
    }
  }
}
