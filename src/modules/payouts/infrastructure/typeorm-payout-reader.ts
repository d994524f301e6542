import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Origin } from '../../../shared/origin.js';
import type { Slice } from '../../../shared/slice.js';
import { Database, sliced, where } from '../../../platform/database/database.public.js';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import type { PayoutEvent, PayoutState } from '../domain/payout-state.js';
import { type DuePayout, type PayoutFilter, PayoutReader } from '../domain/payout-reader.js';
import { payoutEntity, payoutEventRows, payouts } from './payout-row.js';

interface DueRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly origin: Origin | null;
}

const TIMELINE = `
  SELECT ${payoutEventRows.list('e')} FROM payout_events e WHERE e.merchant_id = $1 AND e.payout_id = $2 ORDER BY e.seq`;

/**
 * With the request that each goes back to, as its first event says: ids of a book only grow, so that it is the next one
 * behind the payout's own. After a month it is gone, and another one there.
 */
const DUE = `
  SELECT p.merchant_id, p.id, p.attempts, p.next_attempt_at,
    CASE WHEN requested.payload -> 'payout' ->> 'id' = p.id::text THEN requested.origin END AS origin
  FROM payouts p
  LEFT JOIN LATERAL (
    SELECT o.payload, o.origin FROM outbox o WHERE o.merchant_id = p.merchant_id AND o.id > p.id ORDER BY o.id LIMIT 1
  ) requested ON true
  WHERE p.next_attempt_at <= now() AND ($2::timestamptz IS NULL OR (p.next_attempt_at, p.id) > ($2, $3::uuid))
  ORDER BY p.next_attempt_at, p.id LIMIT $1`;

@Injectable()
export class TypeormPayoutReader extends PayoutReader {
  constructor(
    @InjectRepository(payoutEntity) private readonly rows: Repository<StoredRow>,
    private readonly database: Database,
  ) {
    super();
  }

  async find(merchantId: string | null, id: string): Promise<PayoutState | null> {
    const row = await this.rows.findOneBy(merchantId === null ? { id } : { merchant_id: merchantId, id });
    return row === null ? null : payouts.fromRow(row);
  }

  async list(filter: PayoutFilter, slice: Slice): Promise<PayoutState[]> {
    const query = sliced(this.rows.createQueryBuilder('p'), slice);
    where(query, 'p.merchant_id = :merchantId', { merchantId: filter.merchantId });
    where(query, 'p.status = :status', { status: filter.status });
    where(query, 'p.bank_account_id = :bankAccountId', { bankAccountId: filter.bankAccountId });
    where(query, 'p.reference_id = :referenceId', { referenceId: filter.referenceId });
    where(query, 'p.utr = :utr', { utr: filter.utr });
    where(query, 'p.needs_attention = :needsAttention', { needsAttention: filter.needsAttention });
    where(query, 'p.created_at >= :createdFrom', { createdFrom: filter.createdFrom });
    where(query, 'p.created_at < :createdTo', { createdTo: filter.createdTo });
    if (!filter.includeArchived) query.andWhere('p.archived_at IS NULL');
    return (await query.getMany()).map(payouts.fromRow);
  }

  async timeline(merchantId: string, id: string): Promise<PayoutEvent[]> {
    return (await this.database.query<StoredRow>(TIMELINE, [merchantId, id])).map(payoutEventRows.fromRow);
  }

  async due(limit: number, after: Pick<DuePayout, 'nextAttemptAt' | 'id'> | null): Promise<DuePayout[]> {
    const rows = await this.database.query<DueRow>(DUE, [limit, after?.nextAttemptAt ?? null, after?.id ?? null]);
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      id: row.id,
      attempts: row.attempts,
      nextAttemptAt: row.next_attempt_at,
      origin: row.origin,
    }));
  }
}
