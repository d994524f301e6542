import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { DueSubmission, SweepPosition, WaitingOrders, WaitingPlaces } from '../../../shared/due-submission.js';
import type { TimelineRow } from '../../../shared/timeline.js';
import type { Slice } from '../../../shared/slice.js';
import type { LongestPlan, NextStep } from '../../../shared/submission.js';
import {
  Database,
  findState,
  sliced,
  whereCreated,
  whereEqual,
  whereFound,
  whereWaiting,
} from '../../../platform/database/database.public.js';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { DueSubmissions } from '../../../platform/outbox/outbox.public.js';
import type { PayoutEvent, PayoutState } from '../domain/payout-state.js';
import type { PayoutStatus } from '../domain/payout-status.js';
import { type PayoutFilter, PayoutReader, type WaitingPayout } from '../domain/payout-reader.js';
import type { TransferMode } from '../../gateways/gateways.language.js';
import { payoutEntity, payoutEventRows, payouts } from './payout-row.js';

interface RoutedBy {
  readonly gateway: string | null;
  readonly mode: TransferMode;
  readonly amount_paise: number;
  readonly ifsc: string | null;
}

const due = new DueSubmissions<RoutedBy>([
  {
    name: 'payouts',
    shownAs: 'payout',
    routedBy: `jsonb_build_object('gateway', t.gateway, 'mode', t.mode, 'amount_paise', t.amount_paise,
         'ifsc', t.recipient_ifsc)`,
  },
]);

@Injectable()
export class TypeormPayoutReader extends PayoutReader {
  constructor(
    @InjectRepository(payoutEntity) private readonly rows: Repository<StoredRow>,
    private readonly database: Database,
  ) {
    super();
  }

  find(merchantId: string | null, id: string): Promise<PayoutState | null> {
    return findState(this.rows, payouts.fromRow, merchantId, id);
  }

  async list(filter: PayoutFilter, slice: Slice): Promise<PayoutState[]> {
    const query = sliced(this.rows.createQueryBuilder('p'), slice);
    const { merchantId, status, bankAccountId, referenceId, utr, needsAttention } = filter;
    whereEqual(query, { merchant_id: merchantId, status, bank_account_id: bankAccountId });
    whereEqual(query, { needs_attention: needsAttention });
    whereFound(query, 'reference_id', referenceId, { merchant_id: merchantId });
    whereFound(query, 'utr', utr);
    whereWaiting(query, filter.waitingFor);
    whereCreated(query, filter);
    if (!filter.includeArchived) query.andWhere('p.archived_at IS NULL');
    return (await query.getMany()).map(payouts.fromRow);
  }

  timeline(merchantId: string, id: string, slice: Slice): Promise<TimelineRow<PayoutStatus>[]> {
    return payoutEventRows.page(this.database, { merchantId, orderId: id }, slice);
  }

  attempts(merchantId: string, id: string, from: number, to: number): Promise<PayoutEvent[]> {
    return payoutEventRows.attempts(this.database, { merchantId, orderId: id }, from, to);
  }

  due(step: NextStep, limit: number, after: SweepPosition | null): Promise<DueSubmission[]> {
    return due.read(this.database, step, limit, after);
  }

  misdated(limit: number, after: SweepPosition | null, longest: LongestPlan): Promise<DueSubmission[]> {
    return due.readMisdated(this.database, limit, after, longest);
  }

  async waiting(wanted: WaitingOrders, limit: number, after: string | null): Promise<WaitingPayout[]> {
    return (await due.readWaiting(this.database, wanted, limit, after)).map(waitingPayout);
  }

  waitingPlaces(): Promise<WaitingPlaces> {
    return due.readPlaces(this.database);
  }

  async waitingAt(places: WaitingPlaces, limit: number, after: string | null): Promise<WaitingPayout[]> {
    return (await due.readWaitingAt(this.database, places, limit, after)).map(waitingPayout);
  }
}

function waitingPayout({ routedBy, ...payout }: Awaited<ReturnType<typeof due.readWaiting>>[number]): WaitingPayout {
  const { amount_paise: paise, ...routed } = routedBy;
  return { ...payout, ...routed, amountPaise: BigInt(paise) };
}
