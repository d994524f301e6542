import { Injectable } from '@nestjs/common';
import type { BookTableStore, LoadedRow, StagedRow, Statement } from '../../../platform/group-commit/book-table.js';
import type { PayoutAnswer, PayoutAttempt } from '../domain/payout-state.js';
import { payoutAnswers, payoutAttempts } from '../domain/payout-tables.js';

/** Appends what banks are asked to do. */
@Injectable()
export class PayoutAttemptStore implements BookTableStore<PayoutAttempt> {
  readonly table = payoutAttempts;

  /** Nothing to read: the payout knows how many attempts it has. */
  load(): Promise<LoadedRow<PayoutAttempt>[]> {
    return Promise.resolve([]);
  }

  flush(staged: readonly StagedRow<PayoutAttempt>[]): Statement[] {
    const text = `
      INSERT INTO payout_attempts (merchant_id, payout_id, attempt, gateway, mode, reference, request_digest, started_at)
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::timestamptz[])`;
    const values = [
      staged.map(({ merchantId }) => merchantId),
      staged.map(({ row }) => row.payoutId),
      staged.map(({ row }) => row.attempt),
      staged.map(({ row }) => row.gateway),
      staged.map(({ row }) => row.mode),
      staged.map(({ row }) => row.reference),
      staged.map(({ row }) => row.requestDigest),
      staged.map(({ row }) => row.startedAt),
    ];
    return [{ text, values }];
  }
}

/** Appends what banks have said. */
@Injectable()
export class PayoutAnswerStore implements BookTableStore<PayoutAnswer> {
  readonly table = payoutAnswers;

  load(): Promise<LoadedRow<PayoutAnswer>[]> {
    return Promise.resolve([]);
  }

  flush(staged: readonly StagedRow<PayoutAnswer>[]): Statement[] {
    const text = `
      INSERT INTO payout_answers (merchant_id, payout_id, id, attempt, gateway, kind, ending, reason, utr,
        response_digest, asked_at, answered_at)
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[])`;
    const values = [
      staged.map(({ merchantId }) => merchantId),
      staged.map(({ row }) => row.payoutId),
      staged.map(({ row }) => row.id),
      staged.map(({ row }) => row.attempt),
      staged.map(({ row }) => row.gateway),
      staged.map(({ row }) => row.kind),
      staged.map(({ row }) => row.ending),
      staged.map(({ row }) => row.reason),
      staged.map(({ row }) => row.utr),
      staged.map(({ row }) => row.responseDigest),
      staged.map(({ row }) => row.askedAt),
      staged.map(({ row }) => row.answeredAt),
    ];
    return [{ text, values }];
  }
}
