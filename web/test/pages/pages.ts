import type { Bahi } from '../../../test/support/bahi.js';
import type { Merchant } from '../../../test/support/merchant.js';

/** What the pages show: a merchant with at least one of everything. */
export interface Shown {
  readonly bahi: Bahi;
  readonly acme: Merchant;
  readonly payoutId: string;
  readonly paymentId: string;
  readonly refundId: string;
  readonly endpointId: string;
}

export interface Look {
  readonly name: string;
  readonly as: 'nobody' | 'merchant' | 'operator';
  readonly path: (shown: Shown) => string;
  /** A selector of something that is in the page when it is complete. */
  readonly ready: string;
}

const ROW = 'tbody tr:has(a)';

/** Every page has a row here: it is photographed and checked with axe, in each theme, width and language. */
export const LOOKS: readonly Look[] = [
  { name: 'sign-in', as: 'nobody', path: () => '/', ready: 'form' },
  { name: 'home', as: 'merchant', path: () => '/', ready: 'figure svg' },
  { name: 'pay', as: 'merchant', path: () => '/pay', ready: 'fieldset ul button' },
  { name: 'payouts', as: 'merchant', path: () => '/payouts', ready: ROW },
  { name: 'payout', as: 'merchant', path: ({ payoutId }) => `/payouts/${payoutId}`, ready: 'ol li' },
  { name: 'payments', as: 'merchant', path: () => '/payments', ready: ROW },
  { name: 'receive', as: 'merchant', path: () => '/payments/new', ready: 'form' },
  { name: 'payment', as: 'merchant', path: ({ paymentId }) => `/payments/${paymentId}`, ready: 'dl' },
  { name: 'refunds', as: 'merchant', path: () => '/refunds', ready: ROW },
  { name: 'refund', as: 'merchant', path: ({ refundId }) => `/refunds/${refundId}`, ready: 'dl' },
  { name: 'ledger', as: 'merchant', path: () => '/ledger', ready: ROW },
  { name: 'bank-accounts', as: 'merchant', path: () => '/bank-accounts', ready: 'tbody tr' },
  { name: 'webhooks', as: 'merchant', path: () => '/webhooks', ready: ROW },
  { name: 'webhook', as: 'merchant', path: ({ endpointId }) => `/webhooks/${endpointId}`, ready: 'dl' },
  { name: 'operator-home', as: 'operator', path: () => '/', ready: 'h1' },
  { name: 'operator-payouts', as: 'operator', path: () => '/payouts', ready: ROW },
  { name: 'operator-payments', as: 'operator', path: () => '/payments', ready: ROW },
  { name: 'operator-refunds', as: 'operator', path: () => '/refunds', ready: ROW },
  { name: 'merchants', as: 'operator', path: () => '/merchants', ready: 'tbody tr' },
  { name: 'merchant', as: 'operator', path: ({ acme }) => `/merchants/${acme.id}`, ready: 'h1' },
  { name: 'gateways', as: 'operator', path: () => '/gateways', ready: 'h1' },
  { name: 'attention', as: 'operator', path: () => '/attention', ready: 'main [aria-pressed]' },
  { name: 'routing', as: 'operator', path: () => '/routing', ready: 'main section section' },
  { name: 'verification', as: 'operator', path: () => '/verification', ready: 'main [aria-pressed]' },
  { name: 'not-found', as: 'merchant', path: () => '/no/such/page', ready: 'main a' },
];
