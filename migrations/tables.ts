/**
 * Where the rows of a table are stored on a database that is distributed over several nodes (Citus): on the node of
 * their book, or only on the coordinator.
 */
export type Placement =
  | {
      /** The column that identifies the owner of the row. */
      readonly by: string;
      /**
       * The table to which this one is tied by foreign keys, in either direction: both are distributed in one
       * transaction.
       */
      readonly with?: string;
    }
  | 'local';

const OF_BOOK = { by: 'merchant_id' } as const;

const LOCAL = 'local';

/**
 * Every table, in the order in which they are distributed: `books` first, with which all others are colocated; and the
 * target of a foreign key before the table that has it. A table that is missing here fails a test.
 */
export const TABLES = {
  books: OF_BOOK,

  // Tables of the write path: everything that a decision reads or writes is on the same node as the book that it locks.
  merchants: { by: 'id' },
  bank_accounts: { by: 'merchant_id', with: 'merchants' },
  ledger_transactions: OF_BOOK,
  ledger_entries: { by: 'merchant_id', with: 'ledger_transactions' },
  balance_alerts: OF_BOOK,
  idempotency_keys: OF_BOOK,
  payouts: OF_BOOK,
  payout_events: OF_BOOK,
  payments: OF_BOOK,
  payment_events: OF_BOOK,
  refunds: OF_BOOK,
  outbox: OF_BOOK,
  outbox_queue: OF_BOOK,

  // Who somebody is: found by a key's hash, which does not say which book it belongs to. No sign-in asks more than one
  // node.
  api_keys: LOCAL,
  merchant_limits: LOCAL,
  key_tickets: LOCAL,
  event_streams: LOCAL,
  rate_limit_counts: LOCAL,

  // The state of the service itself, with a single row, or one for each process or gateway.
  migrations: LOCAL,
  schema_compatibility: LOCAL,
  live_time: LOCAL,
  outbox_marks: LOCAL,
  hold_digests: LOCAL,
  timeline_chain: LOCAL,
  worker_presence: LOCAL,
  database_failovers: LOCAL,
  gateway_states: LOCAL,
  gateway_failures: LOCAL,
  gateway_answers: LOCAL,
  gateway_minutes: LOCAL,
  routing_rules: LOCAL,
  payout_watch_turns: LOCAL,

  // What outside parties say, before it is known whose order it is about.
  gateway_callbacks: LOCAL,

  // What operators keep of `verify`: few rows for each book, listed across all books.
  acknowledgements: LOCAL,
  verified_books: LOCAL,
  verify_findings: LOCAL,
  verify_runs: LOCAL,

  // Found by their endpoint; operators have endpoints that cover all merchants.
  webhook_endpoints: LOCAL,
  webhook_cursors: LOCAL,
  webhook_deliveries: LOCAL,
  webhook_attempts: LOCAL,

  // The simulators stand for parties outside Bahi.
  'bank_simulator.callback_secret': LOCAL,
  'bank_simulator.callbacks': LOCAL,
  'bank_simulator.movements': LOCAL,
  'bank_simulator.transfers': LOCAL,
  'payment_simulator.callback_secret': LOCAL,
  'payment_simulator.callbacks': LOCAL,
  'payment_simulator.movements': LOCAL,
  'payment_simulator.orders': LOCAL,
} as const satisfies Readonly<Record<string, Placement>>;

export type TableName = keyof typeof TABLES;

/** The name of a table that is distributed over shards. */
export type DistributedName = {
  [Name in TableName]: (typeof TABLES)[Name] extends 'local' ? never : Name;
}[TableName];

/** A table that is distributed, and the column by which it is. */
export interface DistributedTable {
  readonly name: DistributedName;
  readonly by: string;
}

/** The distributed tables, grouped into families that are tied by foreign keys. */
export const DISTRIBUTED: readonly (readonly DistributedTable[])[] = familiesOf(TABLES);

export const DISTRIBUTED_NAMES: readonly string[] = DISTRIBUTED.flat().map(({ name }) => name);

function familiesOf(tables: Readonly<Record<string, Placement>>): DistributedTable[][] {
  const families = new Map<string, DistributedTable[]>();
  for (const [name, placement] of Object.entries(tables)) {
    if (placement === 'local') continue;
    const first = placement.with ?? name;
    const table = { name: name as DistributedName, by: placement.by };
    families.set(first, [...(families.get(first) ?? []), table]);
  }
  return [...families.values()];
}
