/** The webhooks that the simulated banks and payment providers can be made to send. */
export { AllSimulatedWebhooks, SIMULATED_EVENTS } from './domain/simulated-webhooks.js';
