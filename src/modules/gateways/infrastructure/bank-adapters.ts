import type { BankGateway } from '../domain/bank-gateway.js';
import type { Adapter } from '../domain/gateway-adapters.js';
import { Cashfree } from './bank-cashfree.js';
import { RazorpayX } from './bank-razorpayx.js';
import { addressIn } from './gateway-settings.js';
import { ToyBank } from './toy-bank.js';

/** The banks by their names. A new one is a line here. */
export const BANK_ADAPTERS: ReadonlyMap<string, Adapter<BankGateway>> = new Map([
  [
    'razorpayx',
    {
      simulated: false,
      needs: ['RAZORPAYX_KEY_ID', 'RAZORPAYX_KEY_SECRET', 'RAZORPAYX_ACCOUNT_NUMBER', 'RAZORPAYX_WEBHOOK_SECRET'],
      open: (settings) =>
        new RazorpayX({
          url: addressIn(settings, 'RAZORPAYX_URL', 'https://api.razorpay.com'),
          keyId: settings['RAZORPAYX_KEY_ID']!,
          keySecret: settings['RAZORPAYX_KEY_SECRET']!,
          accountNumber: settings['RAZORPAYX_ACCOUNT_NUMBER']!,
          webhookSecret: settings['RAZORPAYX_WEBHOOK_SECRET']!,
        }),
    },
  ],
  [
    'cashfree',
    {
      simulated: false,
      needs: ['CASHFREE_CLIENT_ID', 'CASHFREE_CLIENT_SECRET'],
      open: (settings) =>
        new Cashfree({
          url: addressIn(settings, 'CASHFREE_URL', 'https://api.cashfree.com'),
          clientId: settings['CASHFREE_CLIENT_ID']!,
          clientSecret: settings['CASHFREE_CLIENT_SECRET']!,
          fundSourceId: settings['CASHFREE_FUNDSOURCE_ID'],
        }),
    },
  ],
  [
    'toy-bank',
    {
      simulated: true,
      needs: ['TOY_BANK_URL', 'TOY_BANK_KEY', 'TOY_BANK_CALLBACK_SECRET'],
      open: (settings) =>
        new ToyBank({
          url: addressIn(settings, 'TOY_BANK_URL'),
          key: settings['TOY_BANK_KEY']!,
          callbackSecret: settings['TOY_BANK_CALLBACK_SECRET']!,
        }),
    },
  ],
] satisfies [string, Adapter<BankGateway>][]);
