/** The gateways chosen for a part of a period's orders, beginning with the oldest. */
export interface ChosenGateways {
  /** The gateways that were chosen for these orders. */
  readonly gateways: readonly string[];
  /** How many orders this part has. */
  readonly orders: number;
  /** When the last order of this part was created. */
  readonly to: Date;
}
