import { Injectable } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import { PLACE_UNKNOWN, type WaitingOrders } from '../../../shared/submissions/due-submission.js';
import { nextId } from '../../../shared/ids.js';
import { gatewaysOf, type WaitingFor, waitsFor, waitsSo } from '../../../shared/submissions/waiting.js';
import { Availability, type GatewaysNow } from '../domain/availability.js';
import { Router } from './router.js';
import { firstSlice, type Wake, type WaitingLine, type WaitingOrder } from './waiting-line.js';

/** How many orders are woken together: less than a second's work for one worker. */
const SLICE = 200;

/** How many orders are offered for a trial: some of them may be unable to go for reasons of their own. */
const FEW = 5;

/** How many waiting orders one job looks through for a slice that can move, before other jobs get their turn. */
const LOOKED_AT = 2_000;

/**
 * Wakes orders when what they wait for has ended: slice by slice, the oldest first. The next slice is queued after the
 * orders of this one, so that orders are woken as fast as they are processed. Orders that still wait for another
 * gateway are not woken. Whether an order goes is decided when it is claimed. If a wake is lost with the queue, the
 * sweep of waiting orders finds them.
 */
@Injectable()
export class Wakes {
  private readonly lines = new Map<string, WaitingLine>();
  /** By line and gateway: where the last offer ended, so that a few orders that cannot go do not block all others. */
  private readonly reached = new Map<string, string | null>();

  constructor(
    private readonly availability: Availability,
    private readonly router: Router,
  ) {}

  /** The flows' modules call this in their constructors. */
  register<Order extends WaitingOrder>(line: WaitingLine<Order>): void {
    this.lines.set(line.name, line as unknown as WaitingLine);
  }

  /** Wakes orders of every line. @throws when the queue is unreachable */
  async wake(wanted: WaitingOrders): Promise<void> {
    const wake = firstSlice(wanted, nextId(Date.now()));
    for (const { enqueue } of this.lines.values()) await enqueue([], wake);
  }

  /**
   * Wakes a few orders that wait for this gateway, whose trial is free; each time the next few. Orders that wait for
   * other gateways are neither read nor woken, however many there are. Orders without a record of the gateways that
   * they wait for are woken too, and the claim writes the record.
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

  /** Wakes one slice, and enqueues the next. After a crash the queue repeats the job, or the sweep finds the orders. */
  async execute(name: string, slice: Wake): Promise<void> {
    const line = this.lines.get(name);
    assert(line !== undefined, `${name} is a line`);
    // The state that this process knows may be older than the change that the wake is about.
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

  /**
   * Whether the order still waits exactly as its row says. If the gateways that would take it have changed, it is
   * woken, and the claim records them.
   */
  private stillWaits(order: WaitingOrder, candidates: readonly string[], gateways: GatewaysNow): boolean {
    const choice = gateways.firstFor(candidates);
    return choice.kind === 'wait' && waitsSo(order, waitsFor(choice.for, candidates));
  }
}
