import { BookTable } from '../../../shared/book-table.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';

/** A merchant's endpoint as it stands under the lock of the book. */
export interface EndpointSwitch {
  readonly endpoint: WebhookEndpoint;
  /** Nothing was taken for days, although it was tried often enough. */
  readonly hasFailedForDays: boolean;
}

/** Written where Bahi turns an endpoint off by itself; what people change of it stands outside the books. Key: its id. */
export const endpointSwitches = new BookTable<EndpointSwitch>('webhook endpoint switches');
