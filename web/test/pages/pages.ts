import type { Bahi } from '../../../test/support/bahi.js';
import type { Merchant } from '../../../test/support/merchant.js';

/** What the pages show: a merchant with a bit of everything. */
export interface Shown {
  readonly bahi: Bahi;
  readonly acme: Merchant;
  readonly payoutId: string;
}

export interface Look {
  readonly name: string;
  readonly as: 'nobody' | 'merchant' | 'operator';
  readonly path: (shown: Shown) => string;
  /** What stands in the page when it is all there: a selector. */
  readonly ready: string;
}

/** Every page has a row here: it is photographed, and held against axe's rules, in each theme, width and language. */
export const LOOKS: readonly Look[] = [
  { name: 'sign-in', as: 'nobody', path: () => '/', ready: 'form' },
  { name: 'home', as: 'merchant', path: () => '/', ready: 'figure svg' },
  { name: 'pay', as: 'merchant', path: () => '/pay', ready: 'fieldset ul button' },
  { name: 'payout', as: 'merchant', path: ({ payoutId }) => `/payouts/${payoutId}`, ready: 'ol li' },
  { name: 'not-found', as: 'merchant', path: () => '/no/such/page', ready: 'main a' },
];
