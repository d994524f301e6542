import { Injectable } from '@nestjs/common';
import { GatewayAdapters, type OrderPeriod, PaymentGateways } from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';

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

  /** @returns the enabled ones, and those of the period that are enabled no more: a repeat goes to another one */
  async execute({ from, to }: OrderPeriod): Promise<string[]> {
    const names = new Set(this.gateways.all.map(({ name }) => name));
    for (const name of await this.payments.providersOf(from, to)) names.add(name);
    return [...names].filter((name) => this.adapters.providers.get(name)?.simulated !== true);
  }
}
