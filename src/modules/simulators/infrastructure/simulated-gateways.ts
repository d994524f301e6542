import type { Sql } from '../../../platform/database/database.public.js';
import type { Adapter, BankGateway, GatewayAdapters, PaymentGateway } from '../../gateways/gateways.public.js';
import type { SimulatorSettings } from '../simulators.settings.js';
import { AlwaysFails } from './always-fails.js';
import { AlwaysSucceeds } from './always-succeeds.js';
import { BankSimulator } from './bank-simulator.js';
import { PaymentFails } from './payment-fails.js';
import { PaymentSimulator } from './payment-simulator.js';
import { PaymentSucceeds } from './payment-succeeds.js';
import { diceFor, shareIn } from './simulator-settings.js';

/** The simulated banks and payment providers by their names. They keep their own books, in schemas of the database. */
export function simulatedGateways(rates: SimulatorSettings, sql: Sql): GatewayAdapters {
  return {
    banks: new Map<string, Adapter<BankGateway>>([
      [
        'bank-simulator',
        {
          simulated: true,
          open: (settings) =>
            new BankSimulator(
              sql,
              { rejected: rates.bankFailureRate, eachFault: shareIn(settings, 'BANK_SIMULATOR_FAULT_RATE') },
              diceFor(settings, 'BANK_SIMULATOR_SEED'),
            ),
        },
      ],
      ['always-succeeds', { simulated: true, open: () => new AlwaysSucceeds() }],
      ['always-fails', { simulated: true, open: () => new AlwaysFails() }],
    ]),
    providers: new Map<string, Adapter<PaymentGateway>>([
      [
        'payment-simulator',
        {
          simulated: true,
          open: (settings) =>
            new PaymentSimulator(
              sql,
              {
                rejected: rates.paymentFailureRate,
                eachFault: shareIn(settings, 'PAYMENT_SIMULATOR_FAULT_RATE'),
              },
              diceFor(settings, 'PAYMENT_SIMULATOR_SEED'),
            ),
        },
      ],
      ['payment-succeeds', { simulated: true, open: () => new PaymentSucceeds() }],
      ['payment-fails', { simulated: true, open: () => new PaymentFails() }],
    ]),
  };
}
