import type { EndpointCapacities } from './deliveries.js';
import { FailureBackOff } from './failure-back-off.js';

/** How many messages for one endpoint may be on their way from one process. */
const AT_ONCE = 10;

/** An endpoint that was sent nothing for so long is forgotten, as it may be gone. Longer than the longest pause. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;

interface Load {
  inFlight: number;
  lastEndMs: number;
  readonly backOff: FailureBackOff;
}

/**
 * How much one process sends to each endpoint at once, by what it has seen of the endpoint: slow or silent ones must
 * not take capacity from the others. What is held back stays due.
 */
export class EndpointLoad {
  private readonly endpoints = new Map<string, Load>();

  /** @param scale multiplies the pauses, as it does those of the retries */
  constructor(private readonly scale = 1) {}

  /** The endpoints with a known load, and how much each may get now; {@link AT_ONCE} at most. */
  capacities(nowMs: number): Pick<EndpointCapacities, 'endpointIds' | 'capacities'> {
    this.forget(nowMs);
    const known = [...this.endpoints];
    return {
      endpointIds: known.map(([id]) => id),
      capacities: known.map(([, { inFlight, backOff }]) => backOff.capacity(AT_ONCE, inFlight, nowMs)),
    };
  }

  begin(endpointId: string): void {
    const load = this.endpoints.get(endpointId) ?? {
      inFlight: 0,
      lastEndMs: 0,
      backOff: new FailureBackOff(this.scale),
    };
    load.inFlight++;
    this.endpoints.set(endpointId, load);
  }

  isFull(endpointId: string): boolean {
    const { inFlight, backOff } = this.endpoints.get(endpointId)!;
    return inFlight >= backOff.atOnce(AT_ONCE);
  }

  /** @param isWell null: the failure says nothing about the endpoint */
  end(endpointId: string, isWell: boolean | null, nowMs: number): void {
    const load = this.endpoints.get(endpointId)!;
    load.inFlight--;
    load.lastEndMs = nowMs;
    if (isWell !== null) load.backOff.note(isWell, nowMs);
    if (isWell === true && load.inFlight === 0) this.endpoints.delete(endpointId);
  }

  private forget(nowMs: number): void {
    for (const [id, { inFlight, lastEndMs }] of this.endpoints)
      if (inFlight === 0 && nowMs - lastEndMs > FORGOTTEN_AFTER_MS) this.endpoints.delete(id);
  }
}

/** How much an endpoint without a known load gets at once. */
export const FULL_CAPACITY = AT_ONCE;
