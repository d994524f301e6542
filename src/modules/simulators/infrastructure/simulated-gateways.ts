import type { Sql } from '../../../platform/database/database.public.js';
import {
  type Adapter,
  adapter,
  type BankGateway,
  type GatewayAdapters,
  type PaymentGateway,
} from '../../gateways/gateways.public.js';
import { BankSimulatorSettings, PaymentSimulatorSettings, type SimulatorSettings } from '../simulators.settings.js';
import { AlwaysFails } from './always-fails.js';
import { AlwaysSucceeds } from './always-succeeds.js';
import { BankSimulator } from './bank-simulator.js';
import { PaymentFails } from './payment-fails.js';
import { PaymentSimulator } from './payment-simulator.js';
import { PaymentSucceeds } from './payment-succeeds.js';
import { diceFor } from './seeded-dice.js';

/** The simulated banks and payment providers by name. Some keep their own books, in schemas of the database. */
export function simulatedGateways(rates: SimulatorSettings, sql: Sql): GatewayAdapters {
  return {
    banks: new Map<string, Adapter<BankGateway>>([
      [
        'bank-simulator',
        adapter({
          simulated: true,
          settings: BankSimulatorSettings,
          open: ({ faultRate, seed }) =>
            new BankSimulator(sql, { rejected: rates.bankFailureRate, eachFault: faultRate }, diceFor(seed)),
        }),
      ],
      ['always-succeeds', { simulated: true, open: () => new AlwaysSucceeds() }],
      ['always-fails', { simulated: true, open: () => new AlwaysFails() }],
    ]),
    providers: new Map<string, Adapter<PaymentGateway>>([
      [
        'payment-simulator',
        adapter({
          simulated: true,
          settings: PaymentSimulatorSettings,
          open: ({ faultRate, seed }) =>
            new PaymentSimulator(sql, { rejected: rates.paymentFailureRate, eachFault: faultRate }, diceFor(seed)),
        }),
      ],
      ['payment-succeeds', { simulated: true, open: () => new PaymentSucceeds() }],
      ['payment-fails', { simulated: true, open: () => new PaymentFails() }],
    ]),
  };
}
