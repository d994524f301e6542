import type { ApiKey, Secret } from './api-key.js';
import type { Slice } from '../../../shared/slice.js';

export interface NewApiKey extends Pick<ApiKey, 'id' | 'kind' | 'merchantId' | 'name'> {
  readonly secret: Secret;
}

/** All API keys ever issued. A revoked key is kept, so that its owner is still known. */
export abstract class ApiKeys {
  abstract list(merchantId: string, slice: Slice): Promise<ApiKey[]>;
  /** @returns how many of the merchant's keys are not revoked, or `upTo` when there are more */
  abstract countValid(merchantId: string, upTo: number): Promise<number>;
  /**
   * Stores the key's hash. Null when there is no such merchant. @throws AdministrationDisabled for an operator's key
   */
  abstract add(key: NewApiKey): Promise<ApiKey | null>;
  /**
   * Ends the key, in this process at once. Repeated, it changes nothing.
   * @param merchantId null: an operator's key
   * @returns false when the owner has no such key
   */
  abstract revoke(merchantId: string | null, id: string): Promise<boolean>;
}
