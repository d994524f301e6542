import type { Callback } from '../../src/modules/gateways/gateways.language.js';
import { documentedFetch } from './documented-fetch.js';
import { Bahi } from './bahi.js';
import { type CashfreeDouble, openCashfreeDouble } from './cashfree-double.js';
import { openRazorpayXDouble, type RazorpayXDouble } from './razorpayx-double.js';
import { openToyBankDouble, type ToyBankDouble } from './toy-bank-double.js';

const DELAYS = { slowAnswerMs: 500, settlementMs: 2_000, returnMs: 600_000 };

interface Doubles {
  readonly razorpayx: RazorpayXDouble;
  readonly cashfree: CashfreeDouble;
  readonly 'toy-bank': ToyBankDouble;
}
export type BankName = keyof Doubles;

/** Each bank's double, and the environment that makes Bahi use it. */
const BANKS: { readonly [Name in BankName]: () => Promise<[Doubles[Name], Record<string, string>]> } = {
  razorpayx: async () => {
    const double = await openRazorpayXDouble(DELAYS);
    const { url, keyId, keySecret, accountNumber, webhookSecrets } = double.settings;
    const settings = { RAZORPAYX_URL: url, RAZORPAYX_KEY_ID: keyId, RAZORPAYX_KEY_SECRET: keySecret };
    return [
      double,
      { ...settings, RAZORPAYX_ACCOUNT_NUMBER: accountNumber, RAZORPAYX_WEBHOOK_SECRET: webhookSecrets.join() },
    ];
  },
  cashfree: async () => {
    const double = await openCashfreeDouble(DELAYS);
    const { url, clientId, clientSecrets } = double.settings;
    return [double, { CASHFREE_URL: url, CASHFREE_CLIENT_ID: clientId, CASHFREE_CLIENT_SECRET: clientSecrets.join() }];
  },
  'toy-bank': async () => {
    const double = await openToyBankDouble(DELAYS);
    const { url, key, callbackSecrets } = double.settings;
    return [double, { TOY_BANK_URL: url, TOY_BANK_KEY: key, TOY_BANK_CALLBACK_SECRET: callbackSecrets.join() }];
  },
};

/** A Bahi with this bank as its only gateway. */
export async function openBahiWith<Name extends BankName>(name: Name, environment: Record<string, string>) {
  const [double, settings] = await BANKS[name]();
  const bahi = await Bahi.open({ worker: true, environment: { GATEWAYS: name, ...settings, ...environment } });
  return { bahi, double };
}

/** @returns the status of the answer */
export async function postCallback(bahi: Bahi, name: string, { headers, body }: Callback): Promise<number> {
  const answer = await documentedFetch(`${bahi.service.url}/api/v1/gateways/${name}/callbacks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
    body: new Uint8Array(body),
  });
  return answer.status;
}
