import { Injectable } from '@nestjs/common';
import { ApiKeyNotFound } from '../domain/refusals.js';
import { ApiKeys } from '../domain/api-keys.js';

interface RevokeApiKeyCommand {
  /** Null: an operator's key. */
  readonly merchantId: string | null;
  readonly keyId: string;
}

/**
 * Ends a key for good: at once in this process, within five seconds in others, a crash in between included, because
 * nobody trusts what they know about a key for longer. Revoking it again changes nothing: the first time stands.
 */
@Injectable()
export class RevokeApiKey {
  constructor(private readonly keys: ApiKeys) {}

  /** @throws ApiKeyNotFound */
  async execute({ merchantId, keyId }: RevokeApiKeyCommand): Promise<void> {
    if (!(await this.keys.revoke(merchantId, keyId))) throw new ApiKeyNotFound();
  }
}
