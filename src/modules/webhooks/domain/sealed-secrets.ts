/** A secret that stays as it is: none of the keys of this process opens it. */
export interface UnreadableSecret {
  /** Null: the operators' own endpoint. */
  readonly merchantId: string | null;
  readonly endpointId: string;
  /** Of the key that is missing. */
  readonly keyId: string;
}

export interface ReencryptedSlice {
  /** How many secrets were encrypted anew. */
  readonly done: number;
  readonly unreadable: readonly UnreadableSecret[];
  /** The id of the last endpoint that was looked at; null: there are no more. */
  readonly last: string | null;
}

/** The secrets of all endpoints as they are stored, for the replacement of the key that encrypts them. */
export abstract class SealedSecrets {
  /** By which the first key is named, which encrypts. @throws DataKeyUnknown where there is no key */
  abstract readonly keyId: string;
  /** Removes secrets that sign no more. */
  abstract removeEnded(): Promise<void>;
  /**
   * Encrypts with the first key what another one has encrypted, of some endpoints. Each is written by itself, and one that
   * was replaced meanwhile stays as it is.
   * @param after the `last` of the slice before; null: from the beginning
   */
  abstract reencrypt(after: string | null, limit: number): Promise<ReencryptedSlice>;
  /** The keys that are needed to read all secrets. */
  abstract keyIds(): Promise<string[]>;
}
