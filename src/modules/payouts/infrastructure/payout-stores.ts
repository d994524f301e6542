import { Injectable } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import type {
  BookTableStore,
  LoadedRow,
  StagedRow,
  Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { type PayoutEventRow, payoutEvents, payoutReferences, payoutRows } from '../domain/payout-tables.js';
import type { PayoutState } from '../domain/payout-state.js';
import { payoutEventRows, payouts } from './payout-row.js';

@Injectable()
export class PayoutStore implements BookTableStore<PayoutState> {
  readonly table = payoutRows;

  load(sql: Sql, merchantIds: readonly string[], ids: readonly string[]): Promise<LoadedRow<PayoutState>[]> {
    return payouts.load(sql, merchantIds, ids);
  }

  flush(staged: readonly StagedRow<PayoutState>[]): Statement[] {
    return payouts.write(staged);
  }
}

/** Finds the payout that carries a merchant's reference; written by {@link PayoutStore}, kept unique by the index. */
@Injectable()
export class PayoutReferenceStore implements BookTableStore<string> {
  readonly table = payoutReferences;

  async load(sql: Sql, merchantIds: readonly string[], references: readonly string[]): Promise<LoadedRow<string>[]> {
    const rows = await sql.query<{ merchant_id: string; reference_id: string; id: string }>(
      `SELECT p.merchant_id, p.reference_id, p.id FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, reference_id)
       JOIN payouts p ON p.merchant_id = wanted.merchant_id AND p.reference_id = wanted.reference_id`,
      [merchantIds, references],
    );
    return rows.map((row) => ({ merchantId: row.merchant_id, key: row.reference_id, row: row.id }));
  }
}

/** Appends to the timelines. */
@Injectable()
export class PayoutEventStore implements BookTableStore<PayoutEventRow> {
  readonly table = payoutEvents;

  /** Nothing to read: the payout knows how many events it has. */
  load(): Promise<LoadedRow<PayoutEventRow>[]> {
    return Promise.resolve([]);
  }

  flush(staged: readonly StagedRow<PayoutEventRow>[]): Statement[] {
    return [payoutEventRows.insert(staged)];
  }
}
