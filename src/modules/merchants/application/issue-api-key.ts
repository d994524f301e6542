import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { nextId } from '../../../shared/ids.js';
import { type ApiKey, chosenSecret, newSecret, SECRET_BYTES } from '../domain/api-key.js';
import { MerchantSettings } from '../merchants.settings.js';
import { MerchantNotFound, TooManyApiKeys } from '../domain/refusals.js';
import { ApiKeys } from '../domain/api-keys.js';

interface IssueApiKeyCommand {
  /** Null: an operator's key. */
  readonly merchantId: string | null;
  readonly name: string;
  /** Only for the demo, whose keys are published. All other keys are 256 random bits. */
  readonly chosenKey?: string;
}

export interface IssuedApiKey {
  readonly apiKey: ApiKey;
  /** The key in plain text. It exists nowhere else: an owner who loses it needs a new one. */
  readonly key: string;
}

/**
 * Creates a key for a merchant or an operator. One statement; after a crash before the answer there may be a key that
 * nobody knows, which does no harm and appears in the list as never used.
 */
@Injectable()
export class IssueApiKey {
  constructor(
    private readonly keys: ApiKeys,
    private readonly clock: ServerClock,
    private readonly settings: MerchantSettings,
  ) {}

  /** @throws MerchantNotFound, TooManyApiKeys, AdministrationDisabled */
  async execute({ merchantId, name, chosenKey }: IssueApiKeyCommand): Promise<IssuedApiKey> {
    await this.assertRoom(merchantId);
    const kind = merchantId === null ? 'operator' : 'merchant';
    const secret =
      chosenKey === undefined
        ? newSecret(kind, crypto.getRandomValues(new Uint8Array(SECRET_BYTES)))
        : chosenSecret(chosenKey);
    const { clockTime } = await this.clock.now();
    const apiKey = await this.keys.add({ id: nextId(clockTime.getTime()), kind, merchantId, name, secret });
    if (apiKey === null) throw new MerchantNotFound();
    return { apiKey, key: secret.text };
  }

  /** Concurrent requests may exceed the bound by their number. Operators' keys are made by hand and are not bounded. */
  private async assertRoom(merchantId: string | null): Promise<void> {
    const { apiKeys } = this.settings;
    if (merchantId !== null && (await this.keys.countValid(merchantId, apiKeys)) >= apiKeys)
      throw new TooManyApiKeys(apiKeys);
  }
}
