import { Injectable } from '@nestjs/common';
import type { WaitingFor } from '../../../shared/submissions/waiting.js';
import { OutboxRoutes } from '../../../platform/outbox/outbox.public.js';
import { type Job, JobQueues } from '../../../platform/queue/queue.public.js';
import { ReceiveCallback } from '../application/receive-callback.js';
import { firstSlice, type WaitingLine, type WaitingOrder, wakeJob } from '../application/waiting-line.js';
import { Wakes } from '../application/wakes.js';
import { callbackJob, type CallbackSubject } from '../domain/callback-inbox.js';

/** Payouts, or payments with their refunds: what sets their orders going besides their own requests and the sweeps. */
export interface OrderFlow<Order extends WaitingOrder = WaitingOrder> extends Omit<WaitingLine<Order>, 'enqueue'> {
  /** Also of its queue. */
  readonly name: 'payouts' | 'payments';
  /** What its callbacks are about. */
  readonly subjects: readonly CallbackSubject[];
  /** Asks for the next step of an order. */
  readonly jobOf: (order: Order) => Job;
  /** By the type of an event: what orders of its merchant wait for no longer. */
  readonly wokenBy: Readonly<Record<string, WaitingFor>>;
}

/** Leads callbacks, wakes and what wakes to the queues of the flows that gateways carry. */
@Injectable()
export class OrderFlows {
  constructor(
    private readonly callbacks: ReceiveCallback,
    private readonly wakes: Wakes,
    private readonly routes: OutboxRoutes,
    private readonly queues: JobQueues,
  ) {}

  /** For the flows' modules, in their constructors. */
  register<Order extends WaitingOrder>({ subjects, jobOf, wokenBy, ...line }: OrderFlow<Order>): void {
    const { name } = line;
    this.callbacks.onStored(subjects, (keys) => this.queues.add(keys.map((key) => callbackJob(name, key))));
    this.wakes.register({
      ...line,
      enqueue: (orders, next) =>
        this.queues.add([...orders.map(jobOf), ...(next === null ? [] : [wakeJob(name, next)])]),
    });
    for (const [type, reason] of Object.entries(wokenBy))
      this.routes.route(type, ({ merchantId, id }) => wakeJob(name, firstSlice({ for: [reason], merchantId }, id)));
  }
}
