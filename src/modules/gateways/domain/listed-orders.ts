/** From a moment on, and before another. */
export interface OrderPeriod {
  readonly from: Date;
  readonly to: Date;
}

/** An order as the bank lists it, whatever has become of it. */
export interface ListedOrder {
  /** As it was submitted. */
  readonly reference: string;
  readonly amountPaise: bigint;
  /** When the bank took it on, by its own clock. */
  readonly receivedAt: Date;
}

export interface OrderPage {
  readonly orders: readonly ListedOrder[];
  /** To be handed in for the page behind it; null: there is none. */
  readonly next: string | null;
}

/** Instead of a page: the bank asks for this much patience before it is asked again. */
export class AskLater extends Error {
  constructor(
    why: string,
    readonly afterSeconds: number,
  ) {
    super(`${why}, and asks for ${afterSeconds} s of patience`);
  }
}

/** Instead of a page: the bank refuses whoever asks. It would say so again. */
export class AccessRefused extends Error {}

/** A page of the list could not be had, though it was asked for again where that may help. Its message is one line. */
export class ListUnread extends Error {}
