import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Merchant } from './merchant.js';
import { until } from './wait-for.js';

/** How long each merchant waits between two payouts, or for a server that does not answer. */
const PACE_MS = 100;

/** Merchants who pay out one payout after another, repeating each request with its key until it is answered. */
export class PayingLoad {
  private going = true;
  private readonly loops: Promise<void>[];
  private readonly counts = new Map<string, number>();
  readonly accepted: { merchant: Merchant; id: string }[] = [];
  unanswered = 0;

  constructor(merchants: readonly Merchant[]) {
    this.loops = merchants.map((merchant) => this.payOut(merchant));
  }

  /** Waits until the service has accepted this many more payouts from each of these merchants. */
  async goesOnFor(merchants: readonly Merchant[], withinMs: number, more = 5): Promise<void> {
    const before = new Map(this.counts);
    const counts = (of: ReadonlyMap<string, number>, { id }: Merchant): number => of.get(id) ?? 0;
    await until(
      'payouts are accepted of all',
      () => merchants.every((merchant) => counts(this.counts, merchant) >= counts(before, merchant) + more),
      withinMs,
    );
  }

  async stop(): Promise<void> {
    this.going = false;
    await Promise.all(this.loops);
  }

  private async payOut(merchant: Merchant): Promise<void> {
    while (this.going) {
      const key = randomUUID();
      let id: string | null = null;
      while ((id = await this.answerTo(merchant, key)) === null) this.unanswered++;
      this.accepted.push({ merchant, id });
      this.counts.set(merchant.id, (this.counts.get(merchant.id) ?? 0) + 1);
    }
  }

  private async answerTo(merchant: Merchant, key: string): Promise<string | null> {
    const answer = await merchant.payOut(1, { key });
    await pause(PACE_MS);
    if (answer.status >= 500) return null;
    expect([200, 201]).toContain(answer.status);
    return answer.body.id as string;
  }
}
