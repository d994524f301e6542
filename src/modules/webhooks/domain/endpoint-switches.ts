import { BookTable } from '../../../shared/book-table.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';

/** A merchant's endpoint as read under the lock of the book. */
export interface EndpointSwitch {
  readonly endpoint: WebhookEndpoint;
  /** Its receiver has accepted nothing for days, although it was tried often enough. */
  readonly hasFailedForDays: boolean;
}

/** Written when Bahi itself turns an endpoint off; people change endpoints outside the books. Key: its id. */
export const endpointSwitches = new BookTable<EndpointSwitch>('webhook endpoint switches');
