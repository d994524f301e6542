import { Injectable } from '@nestjs/common';
import { Availability } from '../domain/availability.js';
import { carries } from '../domain/transfer-modes.js';
import { matches, type RoutedPayout, type RoutingRule, RoutingRules } from '../domain/routing.js';
import { BankGateways } from './bank-gateways.js';

/** Operators change rules without a restart; every process follows this soon. */
const FRESH_MS = 1_000;

/**
 * Chooses the bank that a new payout goes to: the first rule that matches and whose bank can take it, or, behind all
 * rules, the first bank of `GATEWAYS` that carries its mode. A payout that was submitted once never goes to another
 * bank.
 */
@Injectable()
export class Router {
  private rules: readonly RoutingRule[] = [];
  private knownSince = -Infinity;
  private refreshing: Promise<unknown> | null = null;

  constructor(
    private readonly banks: BankGateways,
    private readonly availability: Availability,
    private readonly stored: RoutingRules,
  ) {}

  /** To be awaited before a decision calls the other two, which are synchronous: they run under the book's lock. */
  async refresh(): Promise<void> {
    await this.availability.refresh();
    if (performance.now() - this.knownSince < FRESH_MS) return;
    this.refreshing ??= this.read().finally(() => (this.refreshing = null));
    await this.refreshing;
  }

  /** What was changed in this process is in effect at once. */
  async changed(): Promise<void> {
    await this.read();
  }

  /** @returns the bank, or null when none can take the payout now; then it waits */
  choose(payout: RoutedPayout): string | null {
    const ruled = this.rules.filter((rule) => matches(rule, payout)).map(({ gateway }) => gateway);
    const usual = this.banks.all.find(({ capabilities }) => carries(capabilities, payout.mode, payout.amountPaise));
    const candidates = usual === undefined ? ruled : [...ruled, usual.name];
    return candidates.find((gateway) => this.canTake(gateway, payout)) ?? null;
  }

  /** Whether a payout that belongs to this bank may be sent to it again. */
  admits(gateway: string, payoutId: string): boolean {
    return this.availability.admits(gateway, payoutId);
  }

  private canTake(gateway: string, { id, mode, amountPaise }: RoutedPayout): boolean {
    const bank = this.banks.get(gateway);
    return bank !== null && carries(bank.capabilities, mode, amountPaise) && this.availability.admits(gateway, id);
  }

  private async read(): Promise<void> {
    const since = performance.now();
    this.rules = await this.stored.all();
    this.knownSince = since;
  }
}
