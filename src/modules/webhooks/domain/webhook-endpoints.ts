import type { Slice } from '../../../shared/slice.js';
import type { EndpointFields, WebhookEndpoint } from './webhook-endpoint.js';

/** For operators who name no merchant. */
export const ANYBODY = Symbol('anybody');

/** Whose endpoints: a merchant's, the operators' own (null), or anybody's, for operators who name no merchant. */
export type EndpointOwner = string | null | typeof ANYBODY;

export interface NewEndpoint extends EndpointFields {
  readonly id: string;
  readonly merchantId: string | null;
  readonly secret: string;
}

/** There is no such merchant, or it has as many endpoints as it may have. */
export type NotAdded = 'no merchant' | 'no room';

/** Where events are sent, and with which secrets. Secrets are stored encrypted. */
export abstract class WebhookEndpoints {
  abstract find(owner: EndpointOwner, id: string): Promise<WebhookEndpoint | null>;
  abstract list(owner: EndpointOwner, slice: Slice): Promise<WebhookEndpoint[]>;
  /** @returns how many the owner has, at most `upTo` */
  abstract count(merchantId: string | null, upTo: number): Promise<number>;
  /**
   * Adds one, unless the owner already has `limit` of them, counting those that others add at the same moment.
   * @throws DataKeyUnknown if there is no key
   */
  abstract add(endpoint: NewEndpoint, limit: number): Promise<WebhookEndpoint | NotAdded>;
  /** What is left out stays as it is. Null when it is gone. */
  abstract change(endpoint: WebhookEndpoint, fields: Partial<EndpointFields>): Promise<WebhookEndpoint | null>;
  /** @returns whether there was one */
  abstract remove(owner: EndpointOwner, id: string): Promise<boolean>;
  /**
   * The new secret signs from now on, and the previous one also signs for so many seconds. Null when the endpoint is
   * gone.
   * @throws DataKeyUnknown if there is no key
   */
  abstract rotateSecret(
    endpoint: WebhookEndpoint,
    secret: string,
    keepOldSeconds: number,
  ): Promise<WebhookEndpoint | null>;
  /** The secrets that sign now, the newest first; none when the endpoint is gone. @throws DataKeyUnknown */
  abstract secretsOf(endpoint: WebhookEndpoint): Promise<string[]>;
}
