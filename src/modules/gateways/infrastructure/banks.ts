import type { BankGateway } from '../domain/bank-gateway.js';
import { type Adapter, addressIn, diceFor, shareIn } from './adapter.js';
import { AlwaysFails } from './always-fails.js';
import { AlwaysSucceeds } from './always-succeeds.js';
import { BankSimulator } from './bank-simulator.js';
import { Cashfree } from './cashfree.js';
import { RazorpayX } from './razorpayx.js';
import { ToyBank } from './toy-bank.js';

/** Every bank adapter by its name. A new one is a line here. */
export const BANKS: ReadonlyMap<string, Adapter<BankGateway>> = new Map([
  [
    'bank-simulator',
    {
      simulated: true,
      open: ({ payoutBankFailureRate: rejected, gatewayVariables: told }, sql) =>
        new BankSimulator(
          sql,
          { rejected, eachFault: shareIn(told, 'BANK_SIMULATOR_FAULT_RATE') },
          diceFor(told, 'BANK_SIMULATOR_SEED'),
        ),
    },
  ],
  ['always-succeeds', { simulated: true, open: () => new AlwaysSucceeds() }],
  ['always-fails', { simulated: true, open: () => new AlwaysFails() }],
  [
    'razorpayx',
    {
      simulated: false,
      needs: ['RAZORPAYX_KEY_ID', 'RAZORPAYX_KEY_SECRET', 'RAZORPAYX_ACCOUNT_NUMBER', 'RAZORPAYX_WEBHOOK_SECRET'],
      open: ({ gatewayVariables: told }) =>
        new RazorpayX({
          url: addressIn(told, 'RAZORPAYX_URL', 'https://api.razorpay.com'),
          keyId: told['RAZORPAYX_KEY_ID']!,
          keySecret: told['RAZORPAYX_KEY_SECRET']!,
          accountNumber: told['RAZORPAYX_ACCOUNT_NUMBER']!,
          webhookSecret: told['RAZORPAYX_WEBHOOK_SECRET']!,
        }),
    },
  ],
  [
    'cashfree',
    {
      simulated: false,
      needs: ['CASHFREE_CLIENT_ID', 'CASHFREE_CLIENT_SECRET'],
      open: ({ gatewayVariables: told }) =>
        new Cashfree({
          url: addressIn(told, 'CASHFREE_URL', 'https://api.cashfree.com'),
          clientId: told['CASHFREE_CLIENT_ID']!,
          clientSecret: told['CASHFREE_CLIENT_SECRET']!,
          fundSourceId: told['CASHFREE_FUNDSOURCE_ID'],
        }),
    },
  ],
  [
    'toy-bank',
    {
      simulated: true,
      needs: ['TOY_BANK_URL', 'TOY_BANK_KEY', 'TOY_BANK_CALLBACK_SECRET'],
      open: ({ gatewayVariables: told }) =>
        new ToyBank({
          url: addressIn(told, 'TOY_BANK_URL'),
          key: told['TOY_BANK_KEY']!,
          callbackSecret: told['TOY_BANK_CALLBACK_SECRET']!,
        }),
    },
  ],
] satisfies [string, Adapter<BankGateway>][]);
