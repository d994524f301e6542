/** Something that happened to a merchant's money, published through the outbox once it is committed. */
export interface DomainEvent {
  /** Dotted, past tense: `payout.requested`, `payout.completed`. */
  readonly type: string;
  /** What the queues need to know. JSON without secrets. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Left out: the merchant is not shown it; it is no event of the API. */
  readonly shown?: ShownObject;
}

/** What an event shows of the thing that it happened to. */
export interface ShownObject {
  readonly id: string;
  /** As the API shows a merchant it at this commit: account numbers are masked, amounts are integers of paise. */
  readonly view: object;
  /** The status that the event has ended; null: it has changed none. */
  readonly previousStatus: string | null;
}
