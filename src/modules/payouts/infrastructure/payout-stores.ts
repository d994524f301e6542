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
import { fromRow, type PayoutRow } from './payout-row.js';

const FIND = `
  SELECT p.* FROM unnest($1::uuid[], $2::uuid[]) AS wanted(merchant_id, id)
  JOIN payouts p ON p.merchant_id = wanted.merchant_id AND p.id = wanted.id`;

const INSERT = `
  INSERT INTO payouts (merchant_id, id, bank_account_id, recipient_name, recipient_account_number, recipient_ifsc,
    recipient_vpa, amount_paise, mode, reference_id, narration, created_at,
    status, gateway, attempts, utr, failure, next_step, next_attempt_at, submission_ends_at, not_found_at, inquiries,
    needs_attention, bank_disagrees, archived_at, events, updated_at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
    $7::text[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::timestamptz[],
    $13::text[], $14::text[], $15::integer[], $16::text[], $17::jsonb[], $18::text[], $19::timestamptz[],
    $20::timestamptz[], $21::timestamptz[], $22::integer[], $23::boolean[], $24::boolean[], $25::timestamptz[],
    $26::integer[], $27::timestamptz[])`;

/** What was requested never changes; the rest is written whole. */
const UPDATE = `
  UPDATE payouts p SET status = c.status, gateway = c.gateway, attempts = c.attempts, utr = c.utr, failure = c.failure,
    next_step = c.next_step, next_attempt_at = c.next_attempt_at, submission_ends_at = c.submission_ends_at,
    not_found_at = c.not_found_at, inquiries = c.inquiries, needs_attention = c.needs_attention,
    bank_disagrees = c.bank_disagrees, archived_at = c.archived_at, events = c.events, updated_at = c.updated_at
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::jsonb[], $8::text[],
    $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::integer[], $13::boolean[], $14::boolean[],
    $15::timestamptz[], $16::integer[], $17::timestamptz[]) AS c(merchant_id, id, status, gateway, attempts, utr,
    failure, next_step, next_attempt_at, submission_ends_at, not_found_at, inquiries, needs_attention, bank_disagrees,
    archived_at, events, updated_at)
  WHERE p.merchant_id = c.merchant_id AND p.id = c.id`;

@Injectable()
export class PayoutStore implements BookTableStore<PayoutState> {
  readonly table = payoutRows;

  async load(sql: Sql, merchantIds: readonly string[], ids: readonly string[]): Promise<LoadedRow<PayoutState>[]> {
    const rows = await sql.query<PayoutRow>(FIND, [merchantIds, ids]);
    return rows.map((row) => ({ merchantId: row.merchant_id, key: row.id, row: fromRow(row) }));
  }

  flush(staged: readonly StagedRow<PayoutState>[]): Statement[] {
    const added = staged.filter(({ isNew }) => isNew).map(({ row }) => row);
    const changed = staged.filter(({ isNew }) => !isNew).map(({ row }) => row);
    const statements: Statement[] = [];
    if (added.length > 0) {
      statements.push({ text: INSERT, values: [...keysOf(added), ...requestedOf(added), ...changeableOf(added)] });
    }
    if (changed.length > 0) statements.push({ text: UPDATE, values: [...keysOf(changed), ...changeableOf(changed)] });
    return statements;
  }
}

function keysOf(payouts: readonly PayoutState[]): unknown[] {
  return [payouts.map((payout) => payout.merchantId), payouts.map((payout) => payout.id)];
}

function requestedOf(payouts: readonly PayoutState[]): unknown[] {
  return [
    payouts.map((payout) => payout.bankAccountId),
    payouts.map((payout) => payout.recipient.name),
    payouts.map((payout) => payout.recipient.accountNumber ?? null),
    payouts.map((payout) => payout.recipient.ifsc ?? null),
    payouts.map((payout) => payout.recipient.vpa ?? null),
    payouts.map((payout) => payout.amount.paise),
    payouts.map((payout) => payout.mode),
    payouts.map((payout) => payout.referenceId),
    payouts.map((payout) => payout.narration),
    payouts.map((payout) => payout.createdAt),
  ];
}

function changeableOf(payouts: readonly PayoutState[]): unknown[] {
  return [
    payouts.map((payout) => payout.status),
    payouts.map((payout) => payout.gateway),
    payouts.map((payout) => payout.attempts),
    payouts.map((payout) => payout.utr),
    payouts.map((payout) => payout.failure),
    payouts.map((payout) => payout.nextStep),
    payouts.map((payout) => payout.nextAttemptAt),
    payouts.map((payout) => payout.submissionEndsAt),
    payouts.map((payout) => payout.notFoundAt),
    payouts.map((payout) => payout.inquiries),
    payouts.map((payout) => payout.needsAttention),
    payouts.map((payout) => payout.bankDisagrees),
    payouts.map((payout) => payout.archivedAt),
    payouts.map((payout) => payout.events),
    payouts.map((payout) => payout.updatedAt),
  ];
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
    const text = `
      INSERT INTO payout_events (merchant_id, payout_id, seq, type, from_status, to_status, at, actor, reason, data)
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[],
        $7::timestamptz[], $8::text[], $9::text[], $10::jsonb[])`;
    const values = [
      staged.map(({ merchantId }) => merchantId),
      staged.map(({ row }) => row.payoutId),
      staged.map(({ row }) => row.seq),
      staged.map(({ row }) => row.type),
      staged.map(({ row }) => row.from),
      staged.map(({ row }) => row.to),
      staged.map(({ row }) => row.at),
      staged.map(({ row }) => row.actor),
      staged.map(({ row }) => row.reason),
      staged.map(({ row }) => row.data),
    ];
    return [{ text, values }];
  }
}
