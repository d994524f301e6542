import { FailureBackOff } from './failure-back-off.js';

/** So many messages of one endpoint are on their way from one process. */
const AT_ONCE = 10;

/** Of an endpoint that was sent nothing for so long nothing is remembered: longer than the longest pause; it may be gone. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;

interface Load {
  inFlight: number;
  lastEndMs: number;
  readonly backOff: FailureBackOff;
}

/**
 * How much each endpoint is sent at once, as one process has met it: those that are slow, or do not answer, take nothing
 * from the others. What is held back stays due.
 */
export class EndpointLoad {
  private readonly endpoints = new Map<string, Load>();

  /** @param scale of the pauses, as of the retries */
  constructor(private readonly scale = 1) {}

  /** Those that may get less than {@link AT_ONCE} now, and how much. */
  rooms(nowMs: number): { readonly endpointIds: string[]; readonly rooms: number[] } {
    this.forget(nowMs);
    const known = [...this.endpoints];
    return {
      endpointIds: known.map(([id]) => id),
      rooms: known.map(([, { inFlight, backOff }]) => backOff.room(AT_ONCE, inFlight, nowMs)),
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

  /** @param isWell null: what went wrong says nothing of the endpoint */
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

/** What an endpoint gets at once that nothing is known of. */
export const FULL_ROOM = AT_ONCE;
