/** A part of a period's orders, the oldest first. */
export interface ChosenGateways {
  /** Those that were chosen for these orders. */
  readonly gateways: readonly string[];
  /** How many orders these are. */
  readonly orders: number;
  /** When the last of them was created. */
  readonly to: Date;
}
