import { Injectable } from '@nestjs/common';
import { BankGateways, type ListedOrder, ListUnread, type OrderPeriod } from '../../gateways/gateways.public.js';
import { type BankDifference, differenceOf, idIn, unknownAtBank } from '../domain/bank-difference.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { type ComparedPayout, SubmittedPayouts } from '../domain/submitted-payouts.js';
import { transferOf } from './bank-calls.js';
import type { ComparisonStep } from './comparison-step.js';

/** The part of a period for which a bank is asked at once. */
const WINDOW_MS = 3_600_000;

/**
 * A bank dates its orders by its own clock, so its list is read this far beyond the period: a clock that is ahead would
 * hide the latest orders. A clock that is behind hides nothing that is known here, and after a failover the period
 * begins a day before it.
 */
const AHEAD_MS = 3_600_000;

/**
 * Compares payouts with the orders that banks list for a period, in both directions. It changes nothing on either side;
 * if interrupted, it is run again. Holds the references of a bank's orders in memory: 100 MB for a million.
 */
@Injectable()
export class CompareWithBanks {
  constructor(
    private readonly banks: BankGateways,
    private readonly submitted: SubmittedPayouts,
    private readonly payouts: PayoutReader,
  ) {}

  async *execute(period: OrderPeriod): AsyncGenerator<ComparisonStep> {
    for (const { name: gateway, capabilities } of this.banks.all) {
      if (!capabilities.canListOrders) yield { kind: 'cannot_list', gateway };
      else yield* this.compare(gateway, period);
      if (capabilities.canListOrders && !capabilities.authoritativeList) yield { kind: 'may_lack', gateway };
    }
    // A lost payout of a bank that is no longer enabled would be repeated at another bank.
    const chosen = new Set<string>();
    for await (const { gateways, orders, to } of this.submitted.banksOf(period.from, period.to)) {
      for (const gateway of gateways) chosen.add(gateway);
      yield { kind: 'looked_through', orders, to };
    }
    for (const gateway of [...chosen].sort())
      if (this.banks.get(gateway) === null) yield { kind: 'cannot_list', gateway };
  }

  /** Payouts that are missing from the bank's list are inquired about, up to the time up to which the list was read. */
  private async *compare(gateway: string, { from, to }: OrderPeriod): AsyncGenerator<ComparisonStep> {
    const listed = new Set<string>();
    const last = new Date(to.getTime() + AHEAD_MS);
    let read = from;
    try {
      while (read < last) {
        const end = new Date(Math.min(read.getTime() + WINDOW_MS, last.getTime()));
        const before = listed.size;
        yield* this.listed(gateway, { from: read, to: end }, listed);
        yield { kind: 'listed', gateway, to: end, orders: listed.size - before };
        read = end;
      }
    } catch (error) {
      if (!(error instanceof ListUnread)) throw error;
      yield { kind: 'unread', gateway, period: { from: read, to: read < to ? to : last }, why: error.message };
    }
    const asked = read < to ? read : to;
    for (let after: string | null = null; asked > from;) {
      const slice: ComparedPayout[] = await this.submitted.submitted(gateway, from, asked, after);
      for (const payout of slice) if (!listed.has(payout.id)) yield* this.askFor(gateway, payout);
      if (slice.length === 0) return;
      after = slice.at(-1)!.id;
    }
  }

  /** @param listed the references of the bank's orders so far; those of the period are added */
  private async *listed(gateway: string, period: OrderPeriod, listed: Set<string>): AsyncGenerator<ComparisonStep> {
    for await (const orders of this.banks.listOrders(gateway, period)) {
      for (const difference of await this.unlike(gateway, orders, listed)) yield { kind: 'different', difference };
    }
  }

  private async unlike(
    gateway: string,
    orders: readonly ListedOrder[],
    listed: Set<string>,
  ): Promise<BankDifference[]> {
    const known = await this.submitted.known(orders.map(idIn));
    const byId = new Map(known.map((payout) => [payout.id, payout]));
    return orders.flatMap((order) => {
      const [id, before] = [idIn(order), listed.size];
      const isSecond = listed.add(id).size === before;
      return differenceOf(gateway, order, byId.get(id), isSecond) ?? [];
    });
  }

  /** A payout that was not listed: the bank received it at another time, or does not have it. */
  private async *askFor(gateway: string, payout: ComparedPayout): AsyncGenerator<ComparisonStep> {
    const { merchantId, id } = payout;
    const answer = await this.banks.inquire(gateway, transferOf(await this.payouts.get(merchantId, id)));
    if (answer.kind === 'not_found') yield { kind: 'different', difference: unknownAtBank(gateway, payout) };
    if (answer.kind === 'unknown') yield { kind: 'unanswered', gateway, reference: id };
  }
}
