/** A secret that stays as it is, because none of the keys of this process opens it. */
export interface UnreadableSecret {
  /** Null: the operators' own endpoint. */
  readonly merchantId: string | null;
  readonly endpointId: string;
  /** The id of the missing key. */
  readonly keyId: string;
}

export interface ReencryptedSlice {
  /** How many secrets were re-encrypted. */
  readonly done: number;
  readonly unreadable: readonly UnreadableSecret[];
  /** The id of the last endpoint that was looked at; null: there are no more. */
  readonly last: string | null;
}

/** The stored secrets of all endpoints, for replacing the key that encrypts them. */
export abstract class SealedSecrets {
  /** The id of the first key, which is the one that encrypts. @throws DataKeyUnknown if there is no key */
  abstract readonly keyId: string;
  /** Removes secrets that no longer sign. */
  abstract removeEnded(): Promise<void>;
  /**
   * Re-encrypts with the first key those secrets of some endpoints that another key has encrypted. Each endpoint is
   * written by itself; if a secret was replaced meanwhile, the endpoint stays as it is.
   * @param after the `last` of the slice before; null: from the beginning
   */
  abstract reencrypt(after: string | null, limit: number): Promise<ReencryptedSlice>;
  /** The ids of the keys that are needed to read all secrets. */
  abstract keyIds(): Promise<string[]>;
}
