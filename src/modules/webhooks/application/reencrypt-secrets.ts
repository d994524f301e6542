import { Injectable } from '@nestjs/common';
import { SealedSecrets, type UnreadableSecret } from '../domain/sealed-secrets.js';

const ENDPOINTS = 100;

export interface Reencryption {
  /** The id of the key that encrypts. */
  readonly keyId: string;
  /** How many secrets were re-encrypted. */
  readonly done: number;
  /** The secrets that cannot be read, and were left as they are. */
  readonly unreadable: readonly UnreadableSecret[];
  /**
   * The keys with which other processes have encrypted something meanwhile, because they still have these keys first.
   */
  readonly stillInUse: readonly string[];
}

/**
 * Re-encrypts the secrets of all endpoints with the first key, so that the other keys can be removed. If it is
 * interrupted, what it has done stays done, and another run does the rest. Messages are signed meanwhile as usual.
 */
@Injectable()
export class ReencryptSecrets {
  constructor(private readonly secrets: SealedSecrets) {}

  /** @throws DataKeyUnknown if there is no key */
  async execute(): Promise<Reencryption> {
    const { keyId } = this.secrets;
    await this.secrets.removeEnded();
    const unreadable: UnreadableSecret[] = [];
    let done = 0;
    let after: string | null = null;
    do {
      const slice = await this.secrets.reencrypt(after, ENDPOINTS);
      done += slice.done;
      unreadable.push(...slice.unreadable);
      after = slice.last;
    } while (after !== null);
    const missing = new Set(unreadable.map((secret) => secret.keyId));
    const stillInUse = (await this.secrets.keyIds()).filter((id) => id !== keyId && !missing.has(id));
    return { keyId, done, unreadable, stillInUse };
  }
}
