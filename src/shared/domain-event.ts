/** Something that happened to a merchant's money, published through the outbox once it is committed. */
export interface DomainEvent {
  /** Dotted, past tense: `payout.requested`, `payout.completed`. */
  readonly type: string;
  /** JSON without secrets: account numbers are masked. Amounts are integers of paise. */
  readonly payload: Readonly<Record<string, unknown>>;
}
