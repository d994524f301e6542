import type { Callback } from './bank-gateway.js';

export const SIMULATED_EVENTS = ['pending', 'succeeded', 'rejected', 'returned'] as const;
export type SimulatedEvent = (typeof SIMULATED_EVENTS)[number];

/** The post that the simulated bank has to deliver. */
export abstract class SimulatedPost {
  /** Signed, and claimed for some seconds so that workers do not all deliver the same. */
  abstract due(limit: number): Promise<{ readonly id: string; readonly callback: Callback }[]>;
  abstract delivered(id: string): Promise<void>;
  /** What the bank would send about a transfer, signed; null when it has none under the reference. */
  abstract write(reference: string, event: SimulatedEvent): Promise<Callback | null>;
}
