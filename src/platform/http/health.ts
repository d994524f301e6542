import { Injectable } from '@nestjs/common';

/** One backing service. Registered by whoever connects to it, with {@link Health.watch}. */
export interface HealthProbe {
  /** As it is named in the answer: `database`, `redis`. */
  readonly name: string;
  /** Without a vital service nothing works (unhealthy); without another one everything works, slower (degraded). */
  readonly vital: boolean;
  /** Rejects, or resolves with false, when the service cannot be used. */
  check(): Promise<unknown>;
}

export interface HealthReport {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** By name: whether it answers; null when none is configured. */
  readonly services: Readonly<Record<string, boolean | null>>;
}

/** A service that does not answer within this time counts as away: load balancers give up soon after. */
const PROBE_TIMEOUT_MS = 1_900;

/** What the service knows about its own state. */
@Injectable()
export class Health {
  private readonly probes: HealthProbe[] = [];
  private started = false;
  private stopping = false;
  private current: Promise<HealthReport> | null = null;

  watch(probe: HealthProbe): void {
    this.probes.push(probe);
  }

  /** Call when migrations have run and requests can be served. */
  markReady(): void {
    this.started = true;
  }

  /**
   * The shutdown begins: no new requests should be sent here. The HTTP server says so itself when it closes; call it
   * earlier to give load balancers time to notice.
   */
  markStopping(): void {
    this.stopping = true;
  }

  get ready(): boolean {
    return this.started && !this.stopping;
  }

  /** Callers at the same time share one look, so that asking often costs the database nothing. */
  report(): Promise<HealthReport> {
    this.current ??= this.look().finally(() => (this.current = null));
    return this.current;
  }

  private async look(): Promise<HealthReport> {
    const answers = await Promise.all(this.probes.map(async (probe) => ({ probe, up: await isUp(probe) })));
    const down = answers.filter(({ up }) => !up);
    const status = down.length === 0 ? 'healthy' : down.some(({ probe }) => probe.vital) ? 'unhealthy' : 'degraded';
    const services = Object.fromEntries(answers.map(({ probe, up }) => [probe.name, up]));
    return { status, services: { database: null, redis: null, ...services } };
  }
}

/** Never rejects, and ends within {@link PROBE_TIMEOUT_MS}. */
async function isUp(probe: HealthProbe): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PROBE_TIMEOUT_MS);
  });
  const answer = Promise.resolve()
    .then(() => probe.check())
    .then(
      (result) => result !== false,
      // Why it is away is the probe's to log; the answer says only that it is.
      () => false,
    );
  const up = await Promise.race([answer, late]);
  clearTimeout(timer);
  return up;
}
