import { Injectable } from '@nestjs/common';
import type { ChosenGateways } from '../../../shared/submissions/chosen-gateways.js';
import { GatewayAdapters, type OrderPeriod, PaymentGateways } from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';

type LookedThrough = Pick<ChosenGateways, 'orders' | 'to'>;

/**
 * The providers whose charges a person must compare with the books: none is asked for a list. A simulated one has charged
 * nobody.
 */
@Injectable()
export class UncomparedProviders {
  constructor(
    private readonly gateways: PaymentGateways,
    private readonly adapters: GatewayAdapters,
    private readonly payments: PaymentReader,
  ) {}

  /**
   * @param watch is told how far the payments of the period were looked through
   * @returns the enabled ones, and those of the period that are enabled no more: a repeat goes to another one
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
