import { Injectable } from '@nestjs/common';
import type { Choice, GatewaysNow } from '../domain/availability.js';
import { carries } from '../domain/transfer-modes.js';
import { matches, type RoutedPayout, type RoutingRule, RoutingRules } from '../domain/routing.js';
import { BankGateways } from './bank-gateways.js';

/** A payout that is due for submission. */
export interface PayoutToSend extends RoutedPayout {
  /** The bank that has the payout, or may have it; null: none yet. */
  readonly gateway: string | null;
}

/** How old the rules may be: operators change them without a restart, and every process follows within this time. */
const FRESH_MS = 1_000;

/**
 * Chooses the bank for a new payout: that of the first rule that matches and whose bank can take it, or else the first
 * bank of `GATEWAYS` that carries the payout's mode and amount. Once submitted, a payout never goes to another bank.
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

  /** Await this before a decision that chooses: choosing is synchronous, and runs under the book's lock. */
  async refresh(): Promise<void> {
    if (performance.now() - this.knownSince < FRESH_MS) return;
    this.refreshing ??= this.read().finally(() => (this.refreshing = null));
    await this.refreshing;
  }

  /** Reads the rules again, so that a change takes effect here at once. @returns the rules as they are now */
  async changed(): Promise<readonly RoutingRule[]> {
    await this.read();
    return this.rules;
  }

  /** Where a payout goes now, or what it waits for. */
  choose(payout: PayoutToSend, gateways: GatewaysNow): Choice {
    return gateways.firstFor(this.candidatesFor(payout));
  }

  /** The banks that may take a payout, the first choice first. */
  candidatesFor(payout: PayoutToSend): readonly string[] {
    const { gateway } = payout;
    // A payout that one bank has, or may have, goes to no other.
    if (gateway !== null) return this.banks.get(gateway) === null ? [] : [gateway];
    const ruled = this.rules.filter((rule) => matches(rule, payout)).map((rule) => rule.gateway);
    const usual = this.banks.all.find((bank) => canCarry(bank, payout));
    const carriers = ruled.filter((name) => canCarry(this.banks.get(name), payout));
    return usual === undefined ? carriers : [...carriers, usual.name];
  }

  private async read(): Promise<void> {
    const since = performance.now();
    const rules = await this.stored.all();
    // A read that began later has finished before this one, and its rules are newer.
    if (since < this.knownSince) return;
    this.rules = rules;
    this.knownSince = since;
  }
}

function canCarry(bank: ReturnType<BankGateways['get']>, { mode, amountPaise }: RoutedPayout): boolean {
  return bank !== null && carries(bank.capabilities, mode, amountPaise);
}
