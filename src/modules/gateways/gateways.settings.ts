import {
  address,
  credential,
  integer,
  names,
  neededAddress,
  reachOf,
  type Refuse,
  secrets,
  type Setting,
  settings,
  type Surroundings,
  text,
} from '../../platform/config/config.public.js';

export class GatewaySettings extends settings('Gateways', {
  /** Banks and payment providers. */
  enabled: names({
    name: 'GATEWAYS',
    default: ['bank-simulator', 'payment-simulator'],
    inProduction: [],
    help: 'The enabled gateways. The first one that fits is used. No default in production.',
  }),
}) {}

export class BreakerSettings extends settings('Circuit breakers', {
  openSeconds: integer({
    name: 'GATEWAY_BREAKER_OPEN_SECONDS',
    default: 10,
    min: 0,
    max: 3_600,
    help: 'How long a silent gateway gets nothing new. Each failed trial doubles it. 0: breakers never open.',
  }),
}) {}

export class CallbackSettings extends settings('Callbacks', {
  retentionDays: integer({
    name: 'GATEWAY_CALLBACK_RETENTION_DAYS',
    default: 90,
    min: 1,
    max: 3_650,
    help: 'How long processed callbacks are kept. Those that need a person are kept for good.',
  }),
}) {}

/** The settings for everything that a gateway is asked to do: payouts, payments and refunds. */
export class SubmissionSettings extends settings('Submissions', {
  maxRetries: integer({
    name: 'MAX_RETRIES',
    formerly: 'PAYOUT_MAX_RETRIES',
    default: 3,
    min: 0,
    max: 20,
    help: 'How many times an order that a gateway never received is submitted again.',
  }),
  /**
   * From 12 seconds on, live time protects a call that is on its way from a clock that jumps ahead. Below that it
   * protects only partly, and from three seconds down not at all: see `ConfiguredRecovery.fitsIntoLease`.
   */
  processingTimeoutSeconds: integer({
    name: 'PROCESSING_TIMEOUT_SECONDS',
    formerly: 'PAYOUT_PROCESSING_TIMEOUT_SECONDS',
    default: 30,
    min: 1,
    max: 86_400,
    help: 'If there is no outcome by then, the gateway is asked.',
  }),
}) {
  /**
   * How long one call to a gateway may take: ten seconds, or a third of the processing time-out if that is shorter, so
   * that a submission has always ended before recovery asks the gateway about it.
   */
  get gatewayTimeoutSeconds(): number {
    return Math.min(10, this.processingTimeoutSeconds / 3);
  }
}

/** The address of a gateway's API, stored without a slash at its end. */
const API = {
  schemes: ['https:', 'http:'],
  expected: 'an address such as https://bank.example',
  parse: (url: string, refuse: Refuse, { production, allows }: Surroundings): string => {
    // Paths are appended to it, and `fetch` accepts no address with a password.
    if (!/^https?:\/\/[^/?#@]+(\/[^?#]*)?$/.test(url)) refuse(API.expected, '(hidden)');
    if (production) assertProper(new URL(url), refuse, allows('ALLOW_PRIVATE_GATEWAYS'));
    return url.replace(/\/+$/, '');
  },
} as const;

/**
 * Over plain HTTP everybody on the network path can read account numbers and forge answers, and a private address is
 * not a bank's. An operator who allows private addresses knows the network path to them.
 */
function assertProper({ protocol, hostname }: URL, refuse: Refuse, isPrivateAllowed: boolean): void {
  const reach = reachOf(hostname);
  if (reach === 'private' && !isPrivateAllowed) refuse('a public address in production, or ALLOW_PRIVATE_GATEWAYS=1');
  if (protocol === 'http:' && reach === 'public') refuse('an address that begins with https:// in production');
}

/** The setting of an API's address; the default is the one that the gateway's documentation names. */
function apiAddress(name: string, documented: string): Setting<string> {
  return address({ ...API, name, default: documented, example: documented, help: `Unset: \`${documented}\`.` });
}

/**
 * The settings that each gateway reads when it is enabled. The names of the variables begin with the gateway's name.
 */
export class RazorpayXSettings extends settings('razorpayx', {
  keyId: credential({
    name: 'RAZORPAYX_KEY_ID',
    example: 'rzp_live_...',
    help: 'The id of the API key.',
    isForTests: (id) => id.startsWith('rzp_test_'),
  }),
  keySecret: credential({ name: 'RAZORPAYX_KEY_SECRET', help: 'The secret of the API key.' }),
  accountNumber: credential({ name: 'RAZORPAYX_ACCOUNT_NUMBER', help: 'The account that payouts are made from.' }),
  webhookSecrets: secrets({
    name: 'RAZORPAYX_WEBHOOK_SECRET',
    help: 'Verifies its webhooks. While you replace the secret: both, separated by a comma.',
  }),
  url: apiAddress('RAZORPAYX_URL', 'https://api.razorpay.com'),
}) {}

export class CashfreeSettings extends settings('cashfree', {
  clientId: credential({ name: 'CASHFREE_CLIENT_ID', help: 'The id of the API key.' }),
  /** The first one authenticates requests; each of them verifies webhooks. */
  clientSecrets: secrets({
    name: 'CASHFREE_CLIENT_SECRET',
    help: 'The secret of the API key; it also verifies webhooks. Several with commas: the first is sent.',
  }),
  fundSourceId: text({
    name: 'CASHFREE_FUNDSOURCE_ID',
    default: null,
    help: 'The fund source that payouts are made from. Unset: the account’s default.',
  }),
  url: apiAddress('CASHFREE_URL', 'https://api.cashfree.com'),
}) {}

export class StripeSettings extends settings('stripe', {
  secretKey: credential({
    name: 'STRIPE_SECRET_KEY',
    example: 'sk_live_...',
    help: 'The API key.',
    isForTests: (key) => /^[a-z]+_test_/.test(key),
  }),
  webhookSecrets: secrets({
    name: 'STRIPE_WEBHOOK_SECRET',
    example: 'whsec_...',
    help: 'Verifies its webhooks. While you replace the secret: both, separated by a comma.',
  }),
  url: apiAddress('STRIPE_URL', 'https://api.stripe.com'),
}) {}

/** The example of docs/adding-a-gateway.md. */
export class ToyBankSettings extends settings('toy-bank', {
  url: neededAddress({ ...API, name: 'TOY_BANK_URL', help: 'The address of the bank. Required.' }),
  key: credential({ name: 'TOY_BANK_KEY', help: 'The API key.' }),
  callbackSecrets: secrets({
    name: 'TOY_BANK_CALLBACK_SECRET',
    help: 'The secrets that verify its callbacks.',
  }),
}) {}
