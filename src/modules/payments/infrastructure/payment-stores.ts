import { Injectable } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import type {
  BookTableStore,
  LoadedRow,
  StagedRow,
  Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import type { PaymentState, RefundState } from '../domain/payment-state.js';
import type { ProviderState } from '../domain/provider-state.js';
import {
  type PaymentEventRow,
  paymentEvents,
  paymentReferences,
  paymentRows,
  refundRows,
} from '../domain/payment-tables.js';
import { paymentFrom, type PaymentRow } from './payment-row.js';
import { refundFrom, type RefundRow } from './refund-row.js';

/** A column of a table: its name, its type in PostgreSQL, and where its value comes from. */
type Column<State> = readonly [name: string, type: string, value: (state: State) => unknown];

const PROGRESS: readonly Column<ProviderState>[] = [
  ['provider_id', 'text', (state) => state.providerId],
  ['attempts', 'integer', (state) => state.attempts],
  ['failure', 'jsonb', (state) => state.failure],
  ['next_step', 'text', (state) => state.nextStep],
  ['next_attempt_at', 'timestamptz', (state) => state.nextAttemptAt],
  ['submission_ends_at', 'timestamptz', (state) => state.submissionEndsAt],
  ['not_found_at', 'timestamptz', (state) => state.notFoundAt],
  ['inquiries', 'integer', (state) => state.inquiries],
  ['needs_attention', 'boolean', (state) => state.needsAttention],
  ['gateway_disagrees', 'boolean', (state) => state.gatewayDisagrees],
  ['updated_at', 'timestamptz', (state) => state.updatedAt],
];

const KEY: readonly Column<{ readonly merchantId: string; readonly id: string }>[] = [
  ['merchant_id', 'uuid', (state) => state.merchantId],
  ['id', 'uuid', (state) => state.id],
];

/** What was asked for never changes; the rest is written whole. */
const PAYMENT = {
  fixed: [
    ['amount_minor', 'bigint', (state) => state.amountMinor],
    ['currency', 'text', (state) => state.currency],
    ['description', 'text', (state) => state.description],
    ['customer', 'jsonb', (state) => state.customer],
    ['purpose_code', 'text', (state) => state.purposeCode],
    ['reference_id', 'text', (state) => state.referenceId],
    ['created_at', 'timestamptz', (state) => state.createdAt],
  ],
  changing: [
    ...PROGRESS,
    ['status', 'text', (state) => state.status],
    ['gateway', 'text', (state) => state.gateway],
    ['rate', 'text', (state) => state.credit?.rate ?? null],
    ['quote_id', 'text', (state) => state.quoteId],
    ['gross_paise', 'bigint', (state) => state.credit?.grossPaise ?? null],
    ['fee_paise', 'bigint', (state) => state.credit?.feePaise ?? null],
    ['tax_paise', 'bigint', (state) => state.credit?.taxPaise ?? null],
    ['net_paise', 'bigint', (state) => state.credit?.netPaise ?? null],
    ['claimed_minor', 'bigint', (state) => state.claimed.minor],
    ['claimed_paise', 'bigint', (state) => state.claimed.paise],
    ['claimed_fee_paise', 'bigint', (state) => state.claimed.feePaise],
    ['claimed_tax_paise', 'bigint', (state) => state.claimed.taxPaise],
    ['refunded_minor', 'bigint', (state) => state.refunded.minor],
    ['refunded_paise', 'bigint', (state) => state.refunded.paise],
    ['events', 'integer', (state) => state.events],
  ],
} as const satisfies Record<string, readonly Column<PaymentState>[]>;

const REFUND = {
  fixed: [
    ['payment_id', 'uuid', (state) => state.paymentId],
    ['amount_minor', 'bigint', (state) => state.amountMinor],
    ['amount_paise', 'bigint', (state) => state.amountPaise],
    ['fee_paise', 'bigint', (state) => state.feePaise],
    ['tax_paise', 'bigint', (state) => state.taxPaise],
    ['created_at', 'timestamptz', (state) => state.createdAt],
  ],
  changing: [...PROGRESS, ['status', 'text', (state) => state.status]],
} as const satisfies Record<string, readonly Column<RefundState>[]>;

const EVENT: readonly Column<StagedRow<PaymentEventRow>>[] = [
  ['merchant_id', 'uuid', ({ merchantId }) => merchantId],
  ['payment_id', 'uuid', ({ row }) => row.paymentId],
  ['seq', 'integer', ({ row }) => row.seq],
  ['type', 'text', ({ row }) => row.type],
  ['from_status', 'text', ({ row }) => row.from],
  ['to_status', 'text', ({ row }) => row.to],
  ['at', 'timestamptz', ({ row }) => row.at],
  ['actor', 'text', ({ row }) => row.actor],
  ['reason', 'text', ({ row }) => row.reason],
  ['data', 'jsonb', ({ row }) => row.data],
];

/** One row or many, in one statement. */
class RowWriter<State> {
  private readonly insertText: string;
  private readonly updateText: string;

  constructor(
    table: string,
    private readonly key: readonly Column<State>[],
    private readonly fixed: readonly Column<State>[],
    private readonly changing: readonly Column<State>[],
  ) {
    this.insertText = `INSERT INTO ${table} (${namesOf([...key, ...fixed, ...changing])})
      SELECT * FROM unnest(${parametersOf([...key, ...fixed, ...changing])})`;
    this.updateText = `UPDATE ${table} t SET ${changing.map(([name]) => `${name} = c.${name}`).join(', ')}
      FROM unnest(${parametersOf([...key, ...changing])}) AS c(${namesOf([...key, ...changing])})
      WHERE ${key.map(([name]) => `t.${name} = c.${name}`).join(' AND ')}`;
  }

  write(staged: readonly { readonly row: State; readonly isNew: boolean }[]): Statement[] {
    const added = staged.filter(({ isNew }) => isNew).map(({ row }) => row);
    const changed = staged.filter(({ isNew }) => !isNew).map(({ row }) => row);
    return [
      ...(added.length > 0 ? [this.insert(added)] : []),
      ...(changed.length > 0
        ? [{ text: this.updateText, values: valuesOf([...this.key, ...this.changing], changed) }]
        : []),
    ];
  }

  insert(rows: readonly State[]): Statement {
    return { text: this.insertText, values: valuesOf([...this.key, ...this.fixed, ...this.changing], rows) };
  }
}

const namesOf = (columns: readonly Column<never>[]): string => columns.map(([name]) => name).join(', ');
const parametersOf = (columns: readonly Column<never>[]): string =>
  columns.map(([, type], i) => `$${i + 1}::${type}[]`).join(', ');
function valuesOf<State>(columns: readonly Column<State>[], rows: readonly State[]): unknown[] {
  return columns.map(([, , value]) => rows.map((row) => value(row)));
}

const payments = new RowWriter<PaymentState>('payments', KEY, PAYMENT.fixed, PAYMENT.changing);
const refunds = new RowWriter<RefundState>('refunds', KEY, REFUND.fixed, REFUND.changing);
const events = new RowWriter<StagedRow<PaymentEventRow>>('payment_events', EVENT, [], []);

const FIND = (table: string): string => `
  SELECT t.* FROM unnest($1::uuid[], $2::uuid[]) AS wanted(merchant_id, id)
  JOIN ${table} t ON t.merchant_id = wanted.merchant_id AND t.id = wanted.id`;

@Injectable()
export class PaymentStore implements BookTableStore<PaymentState> {
  readonly table = paymentRows;

  async load(sql: Sql, merchantIds: readonly string[], ids: readonly string[]): Promise<LoadedRow<PaymentState>[]> {
    const rows = await sql.query<PaymentRow>(FIND('payments'), [merchantIds, ids]);
    return rows.map((row) => ({ merchantId: row.merchant_id, key: row.id, row: paymentFrom(row) }));
  }

  flush(staged: readonly StagedRow<PaymentState>[]): Statement[] {
    return payments.write(staged);
  }
}

@Injectable()
export class RefundStore implements BookTableStore<RefundState> {
  readonly table = refundRows;

  async load(sql: Sql, merchantIds: readonly string[], ids: readonly string[]): Promise<LoadedRow<RefundState>[]> {
    const rows = await sql.query<RefundRow>(FIND('refunds'), [merchantIds, ids]);
    return rows.map((row) => ({ merchantId: row.merchant_id, key: row.id, row: refundFrom(row) }));
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
    return [events.insert(staged)];
  }
}
