import type { Callback } from '../../gateways/gateways.language.js';

export const SIMULATED_EVENTS = ['pending', 'succeeded', 'rejected', 'returned'] as const;
export type SimulatedEvent = (typeof SIMULATED_EVENTS)[number];

/** The webhooks that a simulated bank or provider has to send. */
export abstract class SimulatedWebhooks {
  abstract readonly gateway: string;
  /** The webhooks that are due, signed. They are claimed for some seconds, so that only one worker delivers each. */
  abstract due(limit: number): Promise<{ readonly id: string; readonly callback: Callback }[]>;
  abstract delivered(id: string): Promise<void>;
  /** The webhook that it would send about a reference, signed; null if it has no such order, or no such event. */
  abstract compose(reference: string, event: SimulatedEvent): Promise<Callback | null>;
}

/** The webhooks of each simulator that sends any. */
export class AllSimulatedWebhooks {
  constructor(readonly all: readonly SimulatedWebhooks[]) {}
}
