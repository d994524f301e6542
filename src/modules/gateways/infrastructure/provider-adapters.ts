import type { Adapter } from '../domain/gateway-adapters.js';
import type { PaymentGateway } from '../domain/payment-gateway.js';
import { addressIn } from './gateway-settings.js';
import { Stripe } from './provider-stripe.js';

/** The payment providers by their names. A new one is a line here. */
export const PROVIDER_ADAPTERS: ReadonlyMap<string, Adapter<PaymentGateway>> = new Map([
  [
    'stripe',
    {
      simulated: false,
      needs: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
      open: (settings) =>
        new Stripe({
          url: addressIn(settings, 'STRIPE_URL', 'https://api.stripe.com'),
          secretKey: settings['STRIPE_SECRET_KEY']!,
          webhookSecrets: settings['STRIPE_WEBHOOK_SECRET']!.split(',').map((secret) => secret.trim()),
        }),
    },
  ],
] satisfies [string, Adapter<PaymentGateway>][]);
