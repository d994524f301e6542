import { Injectable } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import type {
  BookTableStore,
  LoadedRow,
  StagedRow,
  Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import type { PaymentState, RefundState } from '../domain/payment-state.js';
import {
  type PaymentEventRow,
  paymentEvents,
  paymentReferences,
  paymentRows,
  refundRows,
} from '../domain/payment-tables.js';
import { paymentEventRows, payments, refunds } from './payment-row.js';

@Injectable()
export class PaymentStore implements BookTableStore<PaymentState> {
  readonly table = paymentRows;

  load(sql: Sql, merchantIds: readonly string[], ids: readonly string[]): Promise<LoadedRow<PaymentState>[]> {
    return payments.load(sql, merchantIds, ids);
  }

  flush(staged: readonly StagedRow<PaymentState>[]): Statement[] {
    return payments.write(staged);
  }
}

@Injectable()
export class RefundStore implements BookTableStore<RefundState> {
  readonly table = refundRows;

  load(sql: Sql, merchantIds: readonly string[], ids: readonly string[]): Promise<LoadedRow<RefundState>[]> {
    return refunds.load(sql, merchantIds, ids);
  }

  flush(staged: readonly StagedRow<RefundState>[]): Statement[] {
    return refunds.write(staged);
  }
}

/** Finds the payment that carries a merchant's reference; kept unique by the index. */
@Injectable()
export class PaymentReferenceStore implements BookTableStore<string> {
  readonly table = paymentReferences;

  async load(sql: Sql, merchantIds: readonly string[], references: readonly string[]): Promise<LoadedRow<string>[]> {
    const rows = await sql.query<{ merchant_id: string; reference_id: string; id: string }>(
      `SELECT p.merchant_id, p.reference_id, p.id FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, reference_id)
       JOIN payments p ON p.merchant_id = wanted.merchant_id AND p.reference_id = wanted.reference_id`,
      [merchantIds, references],
    );
    return rows.map((row) => ({ merchantId: row.merchant_id, key: row.reference_id, row: row.id }));
  }
}

/** Appends to the timelines. */
@Injectable()
export class PaymentEventStore implements BookTableStore<PaymentEventRow> {
  readonly table = paymentEvents;

  /** Nothing to read: the payment knows how many events it has. */
  load(): Promise<LoadedRow<PaymentEventRow>[]> {
    return Promise.resolve([]);
  }

  flush(staged: readonly StagedRow<PaymentEventRow>[]): Statement[] {
    return [paymentEventRows.insert(staged)];
  }
}
