import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { DueSubmission, SweepPosition } from '../../../shared/due-submission.js';
import type { Slice } from '../../../shared/slice.js';
import { Database, sliced, where } from '../../../platform/database/database.public.js';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { DueSubmissions } from '../../../platform/outbox/outbox.public.js';
import type { PayoutEvent, PayoutState } from '../domain/payout-state.js';
import { type PayoutFilter, PayoutReader } from '../domain/payout-reader.js';
import { payoutEntity, payoutEventRows, payouts } from './payout-row.js';

const due = new DueSubmissions([{ name: 'payouts', shownAs: 'payout' }]);

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

  timeline(merchantId: string, id: string): Promise<PayoutEvent[]> {
    return payoutEventRows.of(this.database, merchantId, id);
  }

  due(limit: number, after: SweepPosition | null): Promise<DueSubmission[]> {
    return due.read(this.database, limit, after);
  }
}
