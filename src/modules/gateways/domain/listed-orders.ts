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
