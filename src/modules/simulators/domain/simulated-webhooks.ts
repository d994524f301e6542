import type { Callback } from '../../gateways/gateways.language.js';

export const SIMULATED_EVENTS = ['pending', 'succeeded', 'rejected', 'returned'] as const;
export type SimulatedEvent = (typeof SIMULATED_EVENTS)[number];

/** The webhooks that a simulated bank or provider has to send. */
export abstract class SimulatedWebhooks {
  abstract readonly gateway: string;
  /** Signed, and claimed for some seconds so that workers do not all deliver the same. */
  abstract due(limit: number): Promise<{ readonly id: string; readonly callback: Callback }[]>;
  abstract delivered(id: string): Promise<void>;
  /** What it would send about a reference, signed; null when it has nothing under it, or never sends such an event. */
  abstract compose(reference: string, event: SimulatedEvent): Promise<Callback | null>;
}

/** Of each simulator that sends callbacks. */
export class AllSimulatedWebhooks {
  constructor(readonly all: readonly SimulatedWebhooks[]) {}
}
