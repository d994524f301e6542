/** Banks and payment providers that misbehave on demand: what they may be made to send. */
export { AllSimulatedWebhooks, SIMULATED_EVENTS } from './domain/simulated-webhooks.js';
