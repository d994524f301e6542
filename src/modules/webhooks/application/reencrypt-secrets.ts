import { Injectable } from '@nestjs/common';
import { SealedSecrets, type UnreadableSecret } from '../domain/sealed-secrets.js';

const ENDPOINTS = 100;

export interface Reencryption {
  /** Of the key that encrypts. */
  readonly keyId: string;
  /** How many secrets were encrypted anew. */
  readonly done: number;
  /** What cannot be read, and was left as it is. */
  readonly unreadable: readonly UnreadableSecret[];
  /** Keys with which other processes have encrypted something meanwhile: they still have them first. */
  readonly stillInUse: readonly string[];
}

/**
 * Encrypts the secrets of all endpoints with the first of the keys, so that the others can go. What it has done stays
 * done: broken off anywhere, it is run again, and does the rest. Messages are signed meanwhile as ever.
 */
@Injectable()
export class ReencryptSecrets {
  constructor(private readonly secrets: SealedSecrets) {}

  /** @throws DataKeyUnknown where there is no key */
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
