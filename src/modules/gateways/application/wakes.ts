import { Injectable } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import { PLACE_UNKNOWN, type WaitingOrders } from '../../../shared/submissions/due-submission.js';
import { nextId } from '../../../shared/ids.js';
import { gatewaysOf, type WaitingFor, waitsFor, waitsSo } from '../../../shared/submissions/waiting.js';
import { Availability, type GatewaysNow } from '../domain/availability.js';
import { Router } from './router.js';
import { firstSlice, type Wake, type WaitingLine, type WaitingOrder } from './waiting-line.js';

/** Orders that are woken together: less than a second's work of one worker. */
const SLICE = 200;

/** Orders that are offered to a breaker that may be tried: some of them may not go for reasons of their own. */
const FEW = 5;

/** Among so many that wait for anything one job looks for a slice that moves, before it lets others have their turn. */
const LOOKED_AT = 2_000;

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
   * other gateways, they are neither read nor woken. Those of which nobody knows where they wait are: the claim writes it.
   * @throws when the queue is unreachable
   */
  async offer(gateway: string): Promise<void> {
    const gateways = await this.availability.now();
    const isTriedBy = (place: string): boolean => {
      if (place === PLACE_UNKNOWN) return true;
      const choice = gateways.firstFor(gatewaysOf(place));
      return choice.kind === 'trial' && choice.gateway === gateway;
    };
    for (const { name, waiting: line, enqueue } of this.lines.values()) {
      const places = (await line.waitingPlaces()).filter(isTriedBy);
      if (places.length === 0) continue;
      const cursor = `${name} ${gateway}`;
      const few = await line.waitingAt(places, FEW, this.reached.get(cursor) ?? null);
      this.reached.set(cursor, few.length < FEW ? null : few.at(-1)!.id);
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
    const gateways = await this.availability.now();
    const moving: WaitingOrder[] = [];
    let after = slice.after || null;
    let isEnd = false;
    for (let looked = 0; !isEnd && looked < LOOKED_AT && moving.length < SLICE; looked += SLICE) {
      const orders = await line.waiting.waiting(wanted, SLICE, after);
      isEnd = orders.length < SLICE;
      after = orders.at(-1)?.id ?? after;
      moving.push(...orders.filter((order) => !this.stillWaits(order, line.candidatesFor(order), gateways)));
    }
    const next = isEnd ? null : { ...slice, after: after! };
    if (moving.length > 0 || next !== null) await line.enqueue(moving, next);
  }

  /** As it is stored: where the gateways have changed that would take it, that is written down when it is claimed. */
  private stillWaits(order: WaitingOrder, candidates: readonly string[], gateways: GatewaysNow): boolean {
    const choice = gateways.firstFor(candidates);
    return choice.kind === 'wait' && waitsSo(order, waitsFor(choice.for, candidates));
  }
}
