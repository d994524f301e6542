import { Injectable } from '@nestjs/common';
import { ApiKeyNotFound } from '../domain/refusals.js';
import { ApiKeys } from '../domain/api-keys.js';

interface RevokeApiKeyCommand {
  /** Null: an operator's key. */
  readonly merchantId: string | null;
  readonly keyId: string;
}

/**
 * Ends a key for good: at once in this process, and within five seconds in others, even if this process crashes,
 * because no process trusts what it knows about a key for longer. Revoking it again changes nothing: the first time is
 * kept.
 */
@Injectable()
export class RevokeApiKey {
  constructor(private readonly keys: ApiKeys) {}

  /** @throws ApiKeyNotFound */
  async execute({ merchantId, keyId }: RevokeApiKeyCommand): Promise<void> {
    if (!(await this.keys.revoke(merchantId, keyId))) throw new ApiKeyNotFound();
  }
}
