import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.public.js';
import { RememberedKeys } from '../domain/remembered-keys.js';

const COUNT = `SELECT count(*)::int AS count FROM (SELECT FROM idempotency_keys WHERE merchant_id = $1 LIMIT $2) AS k`;

@Injectable()
export class RememberedIdempotencyKeys extends RememberedKeys {
  constructor(private readonly database: Database) {
    super();
  }

  override async count(merchantId: string, upTo: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(COUNT, [merchantId, upTo]);
    return row!.count;
  }
}
