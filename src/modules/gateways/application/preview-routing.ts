import { Injectable } from '@nestjs/common';
import { Availability } from '../domain/availability.js';
import { RoutingRules } from '../domain/routing.js';
import { type PreviewedRule, previewOf, type RoutingPreview, type SamplePayout } from '../domain/routing-preview.js';
import type { TransferMode } from '../gateways.language.js';
import { BankGateways } from './bank-gateways.js';

export interface PreviewRoutingCommand extends Omit<SamplePayout, 'mode'> {
  /** Null: the mode that a payout without a mode would get. */
  readonly mode: TransferMode | null;
  readonly paysTo: 'account' | 'vpa';
  /** The rules to apply instead of the stored ones; null: the stored ones. */
  readonly rules: readonly PreviewedRule[] | null;
}

/** Where a payout would go now, by the stored rules or by others. Nothing is changed. */
@Injectable()
export class PreviewRouting {
  constructor(
    private readonly banks: BankGateways,
    private readonly availability: Availability,
    private readonly stored: RoutingRules,
  ) {}

  /** @throws ModeNotSupported */
  async execute({ mode: wanted, paysTo, rules, ...sample }: PreviewRoutingCommand): Promise<RoutingPreview> {
    const mode = this.banks.chooseMode(wanted, { amountPaise: sample.amountPaise, paysTo });
    const [asked, gateways] = await Promise.all([rules ?? this.stored.all(), this.availability.now()]);
    return previewOf({ ...sample, mode }, asked, this.banks.all, gateways.withoutStop());
  }
}
