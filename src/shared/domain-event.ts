/** Something that happened to a merchant's money, published through the outbox once it is committed. */
export interface DomainEvent {
  /** Dotted, past tense: `payout.requested`, `payout.completed`. */
  readonly type: string;
  /** What the queues need to know. JSON without secrets. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Left out: the event is internal, neither shown to the merchant nor part of the API. */
  readonly shown?: ShownObject;
}

/** The object that the event happened to, as the event shows it. */
export interface ShownObject {
  readonly id: string;
  /** As the API shows it to a merchant at this commit: account numbers are masked, amounts are integers of paise. */
  readonly view: object;
  /** The status before the event; null if the event did not change the status. */
  readonly previousStatus: string | null;
}
