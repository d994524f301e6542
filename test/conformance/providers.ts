import type { ProviderUnderTest } from './provider-under-test.js';
import { PAYMENT_FAILS, PAYMENT_SUCCEEDS } from './providers/always.js';
import { PAYMENT_SIMULATOR } from './providers/payment-simulator.js';
import { STRIPE } from './providers/stripe.js';

/** Every payment adapter. All of them run the whole suite, for the situations that they can be brought into. */
export const PROVIDERS: readonly ProviderUnderTest[] = [PAYMENT_SIMULATOR, PAYMENT_SUCCEEDS, PAYMENT_FAILS, STRIPE];
