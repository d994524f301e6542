import { Injectable } from '@nestjs/common';
import type { ChosenGateways } from '../../../shared/submissions/chosen-gateways.js';
import { GatewayAdapters, type OrderPeriod, PaymentGateways } from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';

type LookedThrough = Pick<ChosenGateways, 'orders' | 'to'>;

/**
 * The providers whose charges a person must compare with the books, because providers are not asked for lists.
 * Simulated providers are left out: they have charged nobody.
 */
@Injectable()
export class UncomparedProviders {
  constructor(
    private readonly gateways: PaymentGateways,
    private readonly adapters: GatewayAdapters,
    private readonly payments: PaymentReader,
  ) {}

  /**
   * @param watch is called with how far the payments of the period have been looked through
   * @returns the enabled providers, and those of the period that are no longer enabled, because a repeated payment goes
   *   to another provider
   */
  async execute({ from, to }: OrderPeriod, watch: (looked: LookedThrough) => void): Promise<string[]> {
    const names = new Set(this.gateways.all.map(({ name }) => name));
    for await (const looked of this.payments.providersOf(from, to)) {
      for (const name of looked.gateways) names.add(name);
      watch(looked);
    }
    return [...names].filter((name) => this.adapters.providers.get(name)?.simulated !== true);
  }
}
