import type { ApiKey, Secret } from './api-key.js';
import type { Slice } from '../../../shared/slice.js';

export interface NewApiKey extends Pick<ApiKey, 'id' | 'kind' | 'merchantId' | 'name'> {
  readonly secret: Secret;
}

/** The API keys that were ever issued. A revoked one stays, so that its owner is still known. */
export abstract class ApiKeys {
  abstract list(merchantId: string, slice: Slice): Promise<ApiKey[]>;
  /** @returns how many of the merchant's are not revoked, and `upTo` when there are more */
  abstract countValid(merchantId: string, upTo: number): Promise<number>;
  /** Keeps the key's hash. Null when there is no such merchant. @throws AdministrationDisabled an operator's */
  abstract add(key: NewApiKey): Promise<ApiKey | null>;
  /**
   * Ends the key, in this process at once. Again, it changes nothing.
   * @param merchantId null: an operator's key
   * @returns false when the owner has no such key
   */
  abstract revoke(merchantId: string | null, id: string): Promise<boolean>;
}
