import { fixed, group, Rows } from '../../../platform/group-commit/group-commit.public.js';
import type { Cause, Entry, Transaction } from '../domain/transaction.js';

/** `seq` is a number in memory: no book comes near 2^53 transactions. */
const seqColumn = { write: (seq: number) => seq, read: Number };

/** Hexadecimal digits in memory. */
const digestColumn = {
  write: (digest: string): Uint8Array => Buffer.from(digest, 'hex'),
  read: (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex'),
};

/** Append-only. The entries have their own table. */
export const transactions = new Rows<Omit<Transaction, 'entries'>>('ledger_transactions', {
  key: ['merchantId', 'seq'],
  columns: {
    merchantId: fixed('merchant_id', 'uuid'),
    seq: fixed('seq', 'bigint', seqColumn),
    id: fixed('id', 'uuid'),
    kind: fixed('kind', 'text'),
    cause: group<Cause>({ type: fixed('reference_type', 'text'), id: fixed('reference_id', 'text') }),
    reversesSeq: fixed('reverses_seq', 'bigint', seqColumn),
    reason: fixed('reason', 'text'),
    actor: fixed('actor', 'text'),
    requestDigest: fixed('request_digest', 'bytea', digestColumn),
    prevHash: fixed('prev_hash', 'bytea'),
    hash: fixed('hash', 'bytea'),
    createdAt: fixed('created_at', 'timestamptz'),
  },
});

export const entries = new Rows<Entry & Pick<Transaction, 'merchantId' | 'seq'>>('ledger_entries', {
  key: ['merchantId', 'account', 'seq'],
  columns: {
    merchantId: fixed('merchant_id', 'uuid'),
    account: fixed('account', 'text'),
    seq: fixed('seq', 'bigint', seqColumn),
    amountPaise: fixed('amount_paise', 'bigint'),
    balancePaise: fixed('balance_paise', 'bigint'),
  },
});
