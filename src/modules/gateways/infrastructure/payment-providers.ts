import type { PaymentGateway } from '../domain/payment-gateway.js';
import { type Adapter, addressIn, diceFor, shareIn } from './adapter.js';
import { PaymentFails } from './payment-fails.js';
import { PaymentSimulator } from './payment-simulator.js';
import { PaymentSucceeds } from './payment-succeeds.js';
import { Stripe } from './stripe.js';

/** Every payment adapter by its name. A new one is a line here. */
export const PAYMENT_PROVIDERS: ReadonlyMap<string, Adapter<PaymentGateway>> = new Map([
  [
    'payment-simulator',
    {
      simulated: true,
      open: ({ paymentGatewayFailureRate: rejected, gatewayVariables: told }, sql) =>
        new PaymentSimulator(
          sql,
          { rejected, eachFault: shareIn(told, 'PAYMENT_SIMULATOR_FAULT_RATE') },
          diceFor(told, 'PAYMENT_SIMULATOR_SEED'),
        ),
    },
  ],
  ['payment-succeeds', { simulated: true, open: () => new PaymentSucceeds() }],
  ['payment-fails', { simulated: true, open: () => new PaymentFails() }],
  [
    'stripe',
    {
      simulated: false,
      needs: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
      open: ({ gatewayVariables: told }) =>
        new Stripe({
          url: addressIn(told, 'STRIPE_URL', 'https://api.stripe.com'),
          secretKey: told['STRIPE_SECRET_KEY']!,
          webhookSecrets: told['STRIPE_WEBHOOK_SECRET']!.split(',').map((secret) => secret.trim()),
        }),
    },
  ],
] satisfies [string, Adapter<PaymentGateway>][]);
