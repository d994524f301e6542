import { Stripe } from '../../../src/modules/gateways/infrastructure/provider-stripe.js';
import { openStripeDouble } from '../../support/stripe-double.js';
import { BY_AMOUNT, type ProviderUnderTest } from '../provider-under-test.js';

export const STRIPE: ProviderUnderTest = {
  name: 'stripe',
  amounts: { ...BY_AMOUNT, answers_garbage: 9n },
  keepsBooks: true,
  sendsCallbacks: true,
  start: async () => {
    const double = await openStripeDouble({ slowAnswerMs: 1_500, settlementMs: 300, returnMs: 300 });
    return {
      open: () => new Stripe(double.settings),
      openUnreachable: () => new Stripe({ ...double.settings, url: 'http://127.0.0.1:1' }),
      timesMoved: async (reference) => double.timesPaid(reference),
      callback: async (reference, event, change) => double.callback(reference, event, change),
      close: () => double.close(),
    };
  },
};
