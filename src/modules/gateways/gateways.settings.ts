import {
  address,
  type Config,
  credential,
  integer,
  names,
  ProcessSettings,
  settings,
  text,
} from '../../platform/config/config.public.js';

export class GatewaySettings extends settings('Gateways', {
  /** Banks and payment providers. */
  enabled: names({
    name: 'GATEWAYS',
    default: ['bank-simulator', 'payment-simulator'],
    inProduction: [],
    help: 'Enabled adapters; the first that fits is used. No default in production.',
  }),
}) {}

export class BreakerSettings extends settings('Circuit breakers', {
  openSeconds: integer({
    name: 'GATEWAY_BREAKER_OPEN_SECONDS',
    default: 10,
    min: 0,
    max: 3_600,
    help: 'How long a silent gateway is left alone at first; each failed trial doubles it. 0: never.',
  }),
}) {}

/** What holds for everything that a gateway is asked to do: payouts, payments and refunds. */
export class SubmissionSettings extends settings('Submissions', {
  maxRetries: integer({
    name: 'MAX_RETRIES',
    formerly: 'PAYOUT_MAX_RETRIES',
    default: 3,
    min: 0,
    max: 20,
    help: 'How often what a gateway never received is submitted again.',
  }),
  processingTimeoutSeconds: integer({
    name: 'PROCESSING_TIMEOUT_SECONDS',
    formerly: 'PAYOUT_PROCESSING_TIMEOUT_SECONDS',
    default: 30,
    min: 1,
    max: 86_400,
    help: 'Without an outcome by then, the gateway is asked about it.',
  }),
}) {
  /**
   * How long one call to a gateway may take. Ten seconds, or a third of the processing time-out where that is shorter,
   * so that a submission has always ended before the recovery asks the gateway about it.
   */
  get gatewayTimeoutSeconds(): number {
    return Math.min(10, this.processingTimeoutSeconds / 3);
  }
}

const HTTP = { schemes: ['https:', 'http:'], default: null } as const;

/** What each gateway reads when it is enabled; the names begin with its own. */
export class RazorpayxSettings extends settings('razorpayx', {
  keyId: credential({ name: 'RAZORPAYX_KEY_ID', example: 'rzp_live_...', help: 'The API key’s id.' }),
  keySecret: credential({ name: 'RAZORPAYX_KEY_SECRET', help: 'The API key’s secret.' }),
  accountNumber: credential({ name: 'RAZORPAYX_ACCOUNT_NUMBER', help: 'The account from which payouts are made.' }),
  webhookSecret: credential({ name: 'RAZORPAYX_WEBHOOK_SECRET', help: 'Signs its webhooks.' }),
  url: address({
    ...HTTP,
    name: 'RAZORPAYX_URL',
    example: 'https://api.razorpay.com',
    help: 'Unset: `https://api.razorpay.com`.',
  }),
}) {}

export class CashfreeSettings extends settings('cashfree', {
  clientId: credential({ name: 'CASHFREE_CLIENT_ID', help: 'The API key’s id.' }),
  clientSecret: credential({ name: 'CASHFREE_CLIENT_SECRET', help: 'The API key’s secret; signs its webhooks, too.' }),
  fundSourceId: text({
    name: 'CASHFREE_FUNDSOURCE_ID',
    default: null,
    help: 'The fund source from which payouts are made. Unset: the account’s own.',
  }),
  url: address({
    ...HTTP,
    name: 'CASHFREE_URL',
    example: 'https://api.cashfree.com',
    help: 'Unset: `https://api.cashfree.com`.',
  }),
}) {}

export class StripeSettings extends settings('stripe', {
  secretKey: credential({ name: 'STRIPE_SECRET_KEY', example: 'sk_live_...', help: 'The API key.' }),
  webhookSecret: credential({
    name: 'STRIPE_WEBHOOK_SECRET',
    example: 'whsec_...',
    help: 'Signs its webhooks. While one secret replaces another: both, with a comma.',
  }),
  url: address({
    ...HTTP,
    name: 'STRIPE_URL',
    example: 'https://api.stripe.com',
    help: 'Unset: `https://api.stripe.com`.',
  }),
}) {}

/** The example of docs/adding-a-gateway.md. */
export class ToyBankSettings extends settings('toy-bank', {
  url: address({ ...HTTP, name: 'TOY_BANK_URL', help: 'Where the bank is. Needed.' }),
  key: credential({ name: 'TOY_BANK_KEY', help: 'The API key.' }),
  callbackSecret: credential({ name: 'TOY_BANK_CALLBACK_SECRET', help: 'Signs its callbacks.' }),
}) {}

/** What decides which gateways there are, and what each of them reads. */
export interface EnabledGateways {
  readonly gateways: readonly string[];
  readonly production: boolean;
  /** The variables whose names begin with an enabled gateway's. */
  readonly gatewayVariables: Readonly<Record<string, string>>;
}

export function enabledGateways(config: Config): EnabledGateways {
  const { enabled: gateways } = config.get(GatewaySettings);
  return {
    gateways,
    production: config.get(ProcessSettings).production,
    gatewayVariables: config.beginningWith(gateways.map((name) => `${name.toUpperCase().replaceAll('-', '_')}_`)),
  };
}
