import { Injectable } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import type { WaitingOrders, WaitingSubmission } from '../../../shared/due-submission.js';
import { nextId } from '../../../shared/ids.js';
import type { WaitingFor } from '../../../shared/waiting.js';
import { Availability } from '../domain/availability.js';
import { Router } from './router.js';

/** Orders that are woken together: less than a second's work of one worker. */
const SLICE = 200;

/** Orders that are offered to a breaker that may be tried: some of them may not go for reasons of their own. */
const FEW = 5;

/** Among so many that wait for any breaker they are looked for at once. */
const LOOKED_AT = 2_000;

/** The next slice of a wake, in texts, as a job carries it: reasons with blanks between them, '' for what is missing. */
export interface Wake {
  readonly for: string;
  readonly merchantId: string;
  /** Names the wake: asked for twice, it is one. */
  readonly wake: string;
  /** The id of the last order that was woken. */
  readonly after: string;
}

type WaitingOrder = Pick<WaitingSubmission, 'id' | 'waitingFor'>;

/** Payouts, or payments with their refunds: how those that wait are found, and carried on. */
export interface WaitingLine<Order extends WaitingOrder = WaitingOrder> {
  readonly name: string;
  /** The oldest first. @param after the id of the last one that was read, or null */
  readonly waiting: (wanted: WaitingOrders, limit: number, after: string | null) => Promise<readonly Order[]>;
  /** The gateways that may take this order, the first choice in front. */
  readonly candidatesFor: (order: Order) => readonly string[];
  /** Asks for the next steps of these orders, and behind them for the next slice. */
  readonly enqueue: (orders: readonly Order[], next: Wake | null) => Promise<void>;
}

/** @param wake names it: asked for twice, it is one */
export function firstSlice(wanted: WaitingOrders, wake: string): Wake {
  return { for: wanted.for.join(' '), merchantId: wanted.merchantId ?? '', wake, after: '' };
}

/**
 * Wakes orders when what they wait for has ended: slice by slice, the oldest first. The next slice stands in the queue
 * behind the orders of this one, so that they are woken as fast as they are carried. What still waits for another
 * gateway is left alone. Whether an order goes is decided when it is claimed. A wake that is lost with the queue is made
 * up for by the sweep of what waits.
 */
@Injectable()
export class Wakes {
  private readonly lines = new Map<string, WaitingLine>();
  /** By line and gateway: where the last look ended, so that some that may not go do not stand before all others. */
  private readonly reached = new Map<string, string | null>();

  constructor(
    private readonly availability: Availability,
    private readonly router: Router,
  ) {}

  /** For the flows' modules, in their constructors. */
  register<Order extends WaitingOrder>(line: WaitingLine<Order>): void {
    this.lines.set(line.name, line as unknown as WaitingLine);
  }

  /** Wakes orders of every line. @throws when the queue is unreachable */
  async wake(wanted: WaitingOrders): Promise<void> {
    const wake = firstSlice(wanted, nextId(Date.now()));
    for (const { enqueue } of this.lines.values()) await enqueue([], wake);
  }

  /**
   * Wakes a few orders that wait for this gateway's breaker, which may be tried; others each time. However many wait for
   * other gateways, they are not woken.
   * @throws when the queue is unreachable
   */
  async offer(gateway: string): Promise<void> {
    const wanted = { for: ['gateway_unavailable'], merchantId: null } as const;
    const gateways = await this.availability.now();
    for (const { name, waiting, candidatesFor, enqueue } of this.lines.values()) {
      const place = `${name} ${gateway}`;
      const seen = await waiting(wanted, LOOKED_AT, this.reached.get(place) ?? null);
      const isFor = (order: (typeof seen)[number]): boolean => {
        const choice = gateways.firstFor(candidatesFor(order));
        return choice.kind === 'trial' && choice.gateway === gateway;
      };
      const few = seen.filter(isFor).slice(0, FEW);
      const isEnd = seen.length < LOOKED_AT && few.length < FEW;
      this.reached.set(place, isEnd ? null : (few.length === FEW ? few : seen).at(-1)!.id);
      if (few.length > 0) await enqueue(few, null);
    }
  }

  /** Wakes one slice, and asks for the next one. A crash before that: the queue repeats it, or the sweep finds them. */
  async execute(name: string, slice: Wake): Promise<void> {
    const line = this.lines.get(name);
    assert(line !== undefined, `${name} is a line`);
    // What is known here may be older than what the wake is about.
    await Promise.all([this.availability.refresh(), this.router.changed()]);
    const wanted = { for: slice.for.split(' ') as WaitingFor[], merchantId: slice.merchantId || null };
    const orders = await line.waiting(wanted, SLICE, slice.after || null);
    const next = orders.length < SLICE ? null : { ...slice, after: orders.at(-1)!.id };
    const gateways = await this.availability.now();
    const moving = orders.filter((order) => {
      const choice = gateways.firstFor(line.candidatesFor(order));
      return choice.kind !== 'wait' || choice.for !== order.waitingFor;
    });
    if (moving.length > 0 || next !== null) await line.enqueue(moving, next);
  }
}
