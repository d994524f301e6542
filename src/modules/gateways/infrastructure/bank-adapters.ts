import type { BankGateway } from '../domain/bank-gateway.js';
import { type Adapter, adapter } from '../domain/gateway-adapters.js';
import { CashfreeSettings, RazorpayXSettings, ToyBankSettings } from '../gateways.settings.js';
import { Cashfree } from './bank-cashfree.js';
import { RazorpayX } from './bank-razorpayx.js';
import { ToyBank } from './toy-bank.js';

/** The banks by their names. A new one is a line here. */
export const BANK_ADAPTERS: ReadonlyMap<string, Adapter<BankGateway>> = new Map<string, Adapter<BankGateway>>([
  [
    'razorpayx',
    adapter({ simulated: false, settings: RazorpayXSettings, open: (settings) => new RazorpayX(settings) }),
  ],
  ['cashfree', adapter({ simulated: false, settings: CashfreeSettings, open: (settings) => new Cashfree(settings) })],
  ['toy-bank', adapter({ simulated: true, settings: ToyBankSettings, open: (settings) => new ToyBank(settings) })],
]);
