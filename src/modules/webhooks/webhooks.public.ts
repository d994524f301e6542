/** What the entry points use of the webhooks. */
export { EVENT_TYPES, type EventType } from './application/known-events.js';
export { ReencryptSecrets } from './application/reencrypt-secrets.js';
export { WEBHOOK_REFUSALS } from './domain/refusals.js';
export type { UnreadableSecret } from './domain/sealed-secrets.js';
export { WebhookSettings } from './webhooks.settings.js';
