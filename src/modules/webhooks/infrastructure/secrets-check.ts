import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { StartupError } from '../../../platform/config/config.public.js';
import { Database } from '../../../platform/database/database.public.js';
import { keyIdIn, Sealer } from '../../../platform/sealing/sealing.public.js';

/** One secret of each key, and how many endpoints sign with it. */
const SECRETS = `
  SELECT min(secret) AS secret, count(*)::int AS endpoints FROM webhook_endpoints GROUP BY split_part(secret, '.', 2)`;

/**
 * Says at the start which endpoints' secrets cannot be read. Only a process without any key does not start: one key that
 * was forgotten, or lost, stops its endpoints and no payout.
 */
@Injectable()
export class SecretsCheck implements OnModuleInit {
  private readonly logger = new Logger('webhooks');

  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
  ) {}

  /** @throws StartupError */
  async onModuleInit(): Promise<void> {
    const found = await this.database.query<{ secret: string; endpoints: number }>(SECRETS);
    const unknown = found.filter(({ secret }) => !this.sealer.knows(secret));
    if (unknown.length === 0) return;
    const keyIds = unknown.map(({ secret }) => keyIdIn(secret)).sort();
    const keys = `${keyIds.length === 1 ? 'the key' : 'the keys'} ${keyIds.join(', ')}`;
    if (this.sealer.isEmpty)
      throw new StartupError(
        `DATA_ENCRYPTION_KEY is not set, and the secrets of webhook endpoints were encrypted with ${keys}: set it.`,
      );
    const endpoints = unknown.reduce((sum, one) => sum + one.endpoints, 0);
    this.logger.error(
      `ALARM: ${endpoints} webhook endpoint${endpoints === 1 ? ' is' : 's are'} sent nothing: ` +
        `DATA_ENCRYPTION_KEY has not ${keys}, with which the secrets were encrypted. Add what is missing behind the first ` +
        'key and a comma; if it is lost, replace the secrets (POST /webhook-endpoints/:id/rotate-secret).',
    );
  }
}
