/** A period that includes `from` and excludes `to`. */
export interface OrderPeriod {
  readonly from: Date;
  readonly to: Date;
}

/** An order as the bank lists it, whatever became of it. */
export interface ListedOrder {
  /** As it was submitted. */
  readonly reference: string;
  readonly amountPaise: bigint;
  /** When the bank accepted it, by the bank's clock. */
  readonly receivedAt: Date;
}

export interface OrderPage {
  readonly orders: readonly ListedOrder[];
  /** The argument that asks for the next page; null: this is the last one. */
  readonly next: string | null;
}

/** Thrown instead of a page: the bank says how long to wait before it is asked again. */
export class AskLater extends Error {
  constructor(
    why: string,
    readonly afterSeconds: number,
  ) {
    super(`${why}, and asks for ${afterSeconds} s of patience`);
  }
}

/** Thrown instead of a page: the bank refuses the credentials or the address, and would do so again. */
export class AccessRefused extends Error {}

/** A page of the list could not be read, even after further tries where these could help. Its message is one line. */
export class ListUnread extends Error {}
