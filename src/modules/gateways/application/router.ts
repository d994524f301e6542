import { Injectable } from '@nestjs/common';
import type { Choice, GatewaysNow } from '../domain/availability.js';
import { carries } from '../domain/transfer-modes.js';
import { matches, type RoutedPayout, type RoutingRule, RoutingRules } from '../domain/routing.js';
import { BankGateways } from './bank-gateways.js';

/** A payout that is due for submission. */
export interface PayoutToSend extends RoutedPayout {
  /** The bank that it belongs to; null: none has it yet. */
  readonly gateway: string | null;
}

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

  /** To be awaited before a decision that chooses: choosing is synchronous, and runs under the book's lock. */
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

  /** Where a payout goes now, or what it waits for. */
  choose(payout: PayoutToSend, gateways: GatewaysNow): Choice {
    return gateways.firstFor(this.candidatesFor(payout));
  }

  /** The banks that may take a payout, the first choice in front. */
  candidatesFor(payout: PayoutToSend): readonly string[] {
    const { gateway } = payout;
    // What is at one bank, or may be, goes to no other.
    if (gateway !== null) return this.banks.get(gateway) === null ? [] : [gateway];
    const ruled = this.rules.filter((rule) => matches(rule, payout)).map((rule) => rule.gateway);
    const usual = this.banks.all.find((bank) => canCarry(bank, payout));
    const carriers = ruled.filter((name) => canCarry(this.banks.get(name), payout));
    return usual === undefined ? carriers : [...carriers, usual.name];
  }

  private async read(): Promise<void> {
    const since = performance.now();
    const rules = await this.stored.all();
    // A later read has answered before this one, and knows more.
    if (since < this.knownSince) return;
    this.rules = rules;
    this.knownSince = since;
  }
}

function canCarry(bank: ReturnType<BankGateways['get']>, { mode, amountPaise }: RoutedPayout): boolean {
  return bank !== null && carries(bank.capabilities, mode, amountPaise);
}
