import { Injectable } from '@nestjs/common';
import { PointReads } from '../../../platform/database/database.public.js';
import { RememberedKeys } from '../domain/remembered-keys.js';

const FIND = 'SELECT FROM idempotency_keys WHERE merchant_id = $1 AND key = $2';

const COUNT = `SELECT count(*)::int AS count FROM (SELECT FROM idempotency_keys WHERE merchant_id = $1 LIMIT $2) AS k`;

@Injectable()
export class RememberedIdempotencyKeys extends RememberedKeys {
  constructor(private readonly reads: PointReads) {
    super();
  }

  override async has(merchantId: string, key: string): Promise<boolean> {
    return (await this.reads.query(FIND, [merchantId, key])).length > 0;
  }

  override async count(merchantId: string, upTo: number): Promise<number> {
    const [row] = await this.reads.query<{ count: number }>(COUNT, [merchantId, upTo]);
    return row!.count;
  }
}
