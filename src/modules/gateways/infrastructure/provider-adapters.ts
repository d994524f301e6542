import { type Adapter, adapter } from '../domain/gateway-adapters.js';
import type { PaymentGateway } from '../domain/payment-gateway.js';
import { StripeSettings } from '../gateways.settings.js';
import { Stripe } from './provider-stripe.js';

/** The payment providers by their names. A new one is a line here. */
export const PROVIDER_ADAPTERS: ReadonlyMap<string, Adapter<PaymentGateway>> = new Map<string, Adapter<PaymentGateway>>(
  [['stripe', adapter({ simulated: false, settings: StripeSettings, open: (settings) => new Stripe(settings) })]],
);
