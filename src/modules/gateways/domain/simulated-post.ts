import type { Callback } from './bank-gateway.js';

export const SIMULATED_EVENTS = ['pending', 'succeeded', 'rejected', 'returned'] as const;
export type SimulatedEvent = (typeof SIMULATED_EVENTS)[number];

/** The post that a simulated bank or provider has to deliver. */
export abstract class SimulatedPost {
  abstract readonly gateway: string;
  /** Signed, and claimed for some seconds so that workers do not all deliver the same. */
  abstract due(limit: number): Promise<{ readonly id: string; readonly callback: Callback }[]>;
  abstract delivered(id: string): Promise<void>;
  /** What it would send about a reference, signed; null when it has nothing under it, or never sends such an event. */
  abstract write(reference: string, event: SimulatedEvent): Promise<Callback | null>;
}

/** Of each simulator that sends callbacks. */
export class SimulatedPosts {
  constructor(readonly all: readonly SimulatedPost[]) {}
}
