import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { OrderList } from '../../../shared/order-list.js';
import type {
  DueSubmission,
  SweepPosition,
  WaitingOrders,
  WaitingPlaces,
} from '../../../shared/submissions/due-submission.js';
import type { TimelineRow } from '../../../shared/submissions/timeline.js';
import type { Slice } from '../../../shared/slice.js';
import type { LongestPlan, NextStep } from '../../../shared/submissions/submission.js';
import {
  Database,
  findState,
  ListQuery,
  Lists,
  PointReads,
  table,
  template,
} from '../../../platform/database/database.public.js';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { DueSubmissions, StoredOrders } from '../../../platform/orders/orders.public.js';
import type { PayoutEvent, PayoutState } from '../domain/payout-state.js';
import { PAYOUT_STATUSES, type PayoutStatus } from '../domain/payout-status.js';
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
  readonly list: OrderList<PayoutFilter, PayoutState>;

  constructor(
    @InjectRepository(payoutEntity) private readonly rows: Repository<StoredRow>,
    private readonly database: Database,
    private readonly reads: PointReads,
    lists: Lists,
  ) {
    super();
    this.list = new StoredOrders(lists, queryOf, (rows) => rows.map(payouts.fromRow));
  }

  find(merchantId: string | null, id: string): Promise<PayoutState | null> {
    return findState(this.rows, payouts.fromRow, this.reads, merchantId, id);
  }

  timeline(merchantId: string, id: string, slice: Slice): Promise<TimelineRow<PayoutStatus>[]> {
    return payoutEventRows.page(this.reads, { merchantId, orderId: id }, slice);
  }

  attention(all: readonly Pick<PayoutState, 'merchantId' | 'id'>[]): Promise<(PayoutEvent | null)[]> {
    const orders = all.map(({ merchantId, id: orderId }) => ({ merchantId, orderId }));
    return payoutEventRows.last(this.reads, 'payout.needs_attention', orders);
  }

  attempts(merchantId: string, id: string, from: number, to: number): Promise<PayoutEvent[]> {
    return payoutEventRows.attempts(this.reads, { merchantId, orderId: id }, from, to);
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

function queryOf(filter: PayoutFilter): ListQuery {
  return indexedBy(filter).amount('amount_paise', { min: filter.minAmountPaise, max: filter.maxAmountPaise });
}

/** Chooses the index by the filters; the other filters are applied to the rows that it finds. */
function indexedBy(filter: PayoutFilter): ListQuery {
  const {
    merchantId,
    id = null,
    status,
    bankAccountId,
    referenceId,
    utr,
    needsAttention,
    waitingFor,
    includeArchived,
  } = filter;
  const rest = { status, needs_attention: needsAttention, bank_account_id: bankAccountId };
  if (id !== null || referenceId !== null || utr !== null) {
    const query = new ListQuery('payouts', payouts.list('p'));
    if (id !== null) query.byKey({ id, merchant_id: merchantId }).equal({ reference_id: referenceId, utr });
    else if (referenceId !== null) query.byKey({ reference_id: referenceId, merchant_id: merchantId }).equal({ utr });
    else query.byKey({ utr }).equal({ merchant_id: merchantId });
    if (!includeArchived) query.where('p.archived_at IS NULL');
    return query.waiting(waitingFor).equal(rest);
  }
  if (waitingFor !== null) {
    const query = new ListQuery('payouts', payouts.list('p'), merchantId === null ? 'of all' : 'of one');
    if (merchantId !== null) query.ofMerchant(merchantId);
    if (!includeArchived) query.where('p.archived_at IS NULL');
    return query.waiting(waitingFor).equal(rest);
  }
  const ofAll = merchantId === null && bankAccountId === null;
  const query = new ListQuery('payouts', payouts.list('p'), ofAll ? 'of all' : 'of one');
  // Only if the account is the merchant's: a caller that names another merchant's account reads and finds nothing.
  if (bankAccountId !== null && merchantId !== null)
    query.boundToMerchant(merchantId).inSubquery('p.bank_account_id', ({ value }) => {
      const own = template`a.merchant_id = ${value(merchantId)} AND a.id = ${value(bankAccountId)}`;
      return template`SELECT a.id FROM ${table('bank_accounts')} a WHERE ${own}`;
    });
  else if (bankAccountId !== null) query.among('p.bank_account_id', 'uuid', [bankAccountId]);
  else if (merchantId !== null) query.ofMerchant(merchantId);
  return query
    .among('p.status', 'text', status === null ? PAYOUT_STATUSES : [status])
    .among('p.needs_attention', 'boolean', needsAttention === null ? [false, true] : [needsAttention])
    .among('(p.archived_at IS NOT NULL)', 'boolean', includeArchived ? [false, true] : [false]);
}
