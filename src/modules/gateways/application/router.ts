import { Injectable } from '@nestjs/common';
import type { Choice, GatewaysNow } from '../domain/availability.js';
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
    private readonly stored: RoutingRules,
  ) {}

  /** To be awaited before a decision that calls the other two: they are synchronous, and run under the book's lock. */
  async refresh(): Promise<void> {
    if (performance.now() - this.knownSince < FRESH_MS) return;
    this.refreshing ??= this.read().finally(() => (this.refreshing = null));
    await this.refreshing;
  }

  /** What was changed is in effect in this process at once. @returns the rules as they are now */
  async changed(): Promise<readonly RoutingRule[]> {
    await this.read();
    return this.rules;
  }

  /** Where a payout goes that no bank has yet. */
  choose(payout: RoutedPayout, gateways: GatewaysNow): Choice {
    const ruled = this.rules.filter((rule) => matches(rule, payout)).map(({ gateway }) => gateway);
    const usual = this.banks.all.find((bank) => canCarry(bank, payout));
    const carriers = ruled.filter((gateway) => canCarry(this.banks.get(gateway), payout));
    return gateways.firstFor(payout.id, usual === undefined ? carriers : [...carriers, usual.name]);
  }

  /** Whether a payout that belongs to this bank goes to it again. */
  chooseAgain(gateway: string, payoutId: string, gateways: GatewaysNow): Choice {
    return gateways.firstFor(payoutId, this.banks.get(gateway) === null ? [] : [gateway]);
  }

  private async read(): Promise<void> {
    const since = performance.now();
    this.rules = await this.stored.all();
    this.knownSince = since;
  }
}

function canCarry(bank: ReturnType<BankGateways['get']>, { mode, amountPaise }: RoutedPayout): boolean {
  return bank !== null && carries(bank.capabilities, mode, amountPaise);
}
