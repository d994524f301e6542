import { Injectable, type OnModuleInit } from '@nestjs/common';
import { StartupError } from '../../../platform/config/config.public.js';
import { Database } from '../../../platform/database/database.public.js';
import { Sealer } from '../../../platform/sealing/sealing.public.js';

const KEY_IDS = `
  SELECT DISTINCT split_part(s.secret, '.', 2) AS key_id
  FROM webhook_endpoints e CROSS JOIN LATERAL (VALUES
    (e.secret), (CASE WHEN e.previous_secret_until > now() THEN e.previous_secret END)) AS s(secret)
  WHERE s.secret IS NOT NULL`;

/** A process that cannot read the endpoints' secrets would sign nothing: it does not start. */
@Injectable()
export class SecretsCheck implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
  ) {}

  /** @throws StartupError */
  async onModuleInit(): Promise<void> {
    const keyIds = (await this.database.query<{ key_id: string }>(KEY_IDS)).map(({ key_id }) => key_id);
    const unknown = keyIds.filter((keyId) => !this.sealer.knows(keyId)).sort();
    if (unknown.length === 0) return;
    throw new StartupError(
      `The secrets of webhook endpoints were encrypted with a key that is not here (${unknown.join(', ')}): set ` +
        'DATA_ENCRYPTION_KEY to it, or, behind a new one and a comma, add it.',
    );
  }
}
