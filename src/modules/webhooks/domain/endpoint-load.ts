/** So many messages of one endpoint are on their way from one process. */
const AT_ONCE = 10;

/** After so many failures one after the other only one message at a time is risked, and a pause made between them. */
const FAILURES = 5;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

interface Load {
  inFlight: number;
  failures: number;
  pausedUntil: number;
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
    const known = [...this.endpoints];
    return {
      endpointIds: known.map(([id]) => id),
      rooms: known.map(([, load]) => roomOf(load, nowMs)),
    };
  }

  begin(endpointId: string): void {
    const load = this.endpoints.get(endpointId) ?? { inFlight: 0, failures: 0, pausedUntil: 0 };
    load.inFlight++;
    this.endpoints.set(endpointId, load);
  }

  isFull(endpointId: string): boolean {
    const { inFlight, failures } = this.endpoints.get(endpointId)!;
    return inFlight >= (failures < FAILURES ? AT_ONCE : 1);
  }

  end(endpointId: string, isWell: boolean, nowMs: number): void {
    const load = this.endpoints.get(endpointId)!;
    load.inFlight--;
    load.failures = isWell ? 0 : load.failures + 1;
    const over = load.failures - FAILURES;
    load.pausedUntil =
      over < 0 ? 0 : nowMs + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(over, 10)) * this.scale;
    if (isWell && load.inFlight === 0) this.endpoints.delete(endpointId);
  }
}

/** What an endpoint gets at once that nothing is known of. */
export const FULL_ROOM = AT_ONCE;

function roomOf({ inFlight, failures, pausedUntil }: Load, nowMs: number): number {
  if (nowMs < pausedUntil) return 0;
  return Math.max(0, (failures < FAILURES ? AT_ONCE : 1) - inFlight);
}
