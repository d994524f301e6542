import { Injectable } from '@nestjs/common';
import { SingleFlight } from '../../waiting/single-flight.js';

/** One backing service. Registered with {@link Health.watch} where the connection to it is made. */
interface HealthProbe {
  /** Its name in the answer: `database`, `redis`. */
  readonly name: string;
  /** Without a vital service nothing works (unhealthy); without any other, everything works, but slower (degraded). */
  readonly vital: boolean;
  /** Rejects, or resolves with false, when the service cannot be used. */
  check(): Promise<unknown>;
}

/** Something that is shown as it is: the depth of the queue, the number of workers. */
interface HealthDetail<T> {
  readonly name: string;
  /** Rejects if the value cannot be read; it is then null in the answer, and the service is degraded. */
  look(): Promise<T>;
  /** False: the service is degraded. */
  isWell?(value: T): boolean;
}

interface HealthReport {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** Each service by name: whether it answers, null when none is configured; and the details. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** A service that does not answer within this time counts as down. Load balancers give up after two seconds. */
const TIMEOUT_MS = 1_500;

const WORST_FIRST = ['unhealthy', 'degraded'] as const;

interface Part {
  readonly name: string;
  look(): Promise<{ readonly shown: unknown; readonly status: HealthReport['status'] }>;
}

/** What the service knows about its own state. */
@Injectable()
export class Health {
  private readonly parts: Part[] = [];
  private started = false;
  private stopping = false;
  private readonly whenStopping: (() => void)[] = [];
  private current: Promise<HealthReport> | null = null;

  watch(probe: HealthProbe): void {
    const { name, vital } = probe;
    // The probe logs why it is down; the answer only shows that it is.
    const check = new SingleFlight(TIMEOUT_MS, async () => (await probe.check()) !== false);
    const whenDown = vital ? 'unhealthy' : 'degraded';
    const look = async () => {
      const up = (await check.value()) ?? false;
      return { shown: up, status: up ? 'healthy' : whenDown } as const;
    };
    this.parts.push({ name, look });
  }

  show<T>(detail: HealthDetail<T>): void {
    const { name } = detail;
    const lookUp = new SingleFlight(TIMEOUT_MS, () => detail.look());
    const look = async () => {
      const shown = await lookUp.value();
      const well = shown !== null && detail.isWell?.(shown) !== false;
      return { shown, status: well ? 'healthy' : 'degraded' } as const;
    };
    this.parts.push({ name, look });
  }

  /** Call when migrations have run and requests can be served. */
  markReady(): void {
    this.started = true;
  }

  /**
   * The shutdown begins: no new requests should be sent here. The HTTP server reports it itself when it closes; call
   * this earlier to give load balancers time to notice.
   */
  markStopping(): void {
    if (this.stopping) return;
    this.stopping = true;
    for (const end of this.whenStopping) end();
  }

  /** Registers what ends an answer that would go on: the server waits until each answer has ended. */
  onStopping(end: () => void): void {
    this.whenStopping.push(end);
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  get ready(): boolean {
    return this.started && !this.stopping;
  }

  /** Callers at the same time share one report, so that asking often costs the database nothing. */
  report(): Promise<HealthReport> {
    this.current ??= this.look().finally(() => (this.current = null));
    return this.current;
  }

  private async look(): Promise<HealthReport> {
    const seen = await Promise.all(this.parts.map(async (part) => ({ name: part.name, ...(await part.look()) })));
    const status = WORST_FIRST.find((worst) => seen.some((part) => part.status === worst)) ?? 'healthy';
    const details = Object.fromEntries(seen.map(({ name, shown }) => [name, shown]));
    return { status, details: { database: null, redis: null, ...details } };
  }
}
