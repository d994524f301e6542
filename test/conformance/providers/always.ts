import { PaymentFails } from '../../../src/modules/simulators/infrastructure/payment-fails.js';
import { PaymentSucceeds } from '../../../src/modules/simulators/infrastructure/payment-succeeds.js';
import type { ProviderUnderTest } from '../provider-under-test.js';

const close = (): Promise<void> => Promise.resolve();

export const PAYMENT_SUCCEEDS: ProviderUnderTest = {
  name: 'payment-succeeds',
  amounts: { succeeds: 1n },
  keepsBooks: false,
  sendsCallbacks: false,
  start: async () => ({ open: () => new PaymentSucceeds(), close }),
};

export const PAYMENT_FAILS: ProviderUnderTest = {
  name: 'payment-fails',
  amounts: { rejects: 2n },
  keepsBooks: false,
  sendsCallbacks: false,
  start: async () => ({ open: () => new PaymentFails(), close }),
};
