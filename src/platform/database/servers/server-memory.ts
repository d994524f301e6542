import { once } from 'node:events';
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isReady, type RedisClient } from '../../redis/redis.js';

/** What was last known about the server that takes commits. */
export interface KnownServer {
  readonly systemIdentifier: string;
  readonly timeline: number;
  /** Whether its commits waited for a replica. */
  readonly synchronous: boolean;
}

/** Keeps, outside the database, the highest timeline that any process has seen. The timeline never goes down. */
export interface ServerMemory {
  /** Null: nothing was noted. @throws when it cannot be read */
  recall(): Promise<KnownServer | null>;
  /** @throws when it cannot be written */
  note(known: KnownServer): Promise<void>;
  /** For a database that was moved to another cluster on purpose. */
  forget(): Promise<void>;
}

/**
 * Appends a line for each change, so that processes that write at the same time do not overwrite each other. The file
 * stays small: it has a line for each promotion and each change of the standbys.
 */
export class FileMemory implements ServerMemory {
  /** @param whose begins each line, where several servers share the file */
  constructor(
    private readonly path: string,
    private readonly whose = '',
  ) {}

  async recall(): Promise<KnownServer | null> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return highestOf(partsOf(text.split('\n'), this.whose).flatMap(knownIn));
  }

  async note({ systemIdentifier, timeline, synchronous }: KnownServer): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const line = JSON.stringify({ system_identifier: systemIdentifier, timeline, synchronous });
    // Begins a new line even after one that a crash has cut off.
    await appendFile(this.path, `\n${this.whose}${line}\n`, { flush: true });
  }

  forget(): Promise<void> {
    return rm(this.path, { force: true });
  }
}

/** Long enough for a distant Redis. */
const FIRST_CONTACT_MS = 2_000;

/** Has a field for each timeline, so that an older one never replaces a newer one. */
export class RedisMemory implements ServerMemory {
  private wasReady = false;

  /** @param whose begins each field, where several servers share the key */
  constructor(
    private readonly client: RedisClient,
    private readonly key: string,
    private readonly whose = '',
  ) {}

  async recall(): Promise<KnownServer | null> {
    const all = await (await this.ready()).hgetall(this.key);
    return highestOf(
      partsOf(Object.keys(all), this.whose).map((field) => {
        const [systemIdentifier, timeline] = field.split(':');
        const synchronous = all[this.whose + field];
        return { systemIdentifier: systemIdentifier!, timeline: Number(timeline), synchronous: synchronous === '1' };
      }),
    );
  }

  async note({ systemIdentifier, timeline, synchronous }: KnownServer): Promise<void> {
    await (await this.ready()).hset(this.key, `${this.whose}${systemIdentifier}:${timeline}`, synchronous ? '1' : '0');
  }

  async forget(): Promise<void> {
    await (await this.ready()).del(this.key);
  }

  /** Waits for Redis only at the start, before it was first reached: later it either answers or is unreachable. */
  private async ready(): Promise<RedisClient> {
    if (!isReady(this.client) && !this.wasReady)
      await once(this.client, 'ready', { signal: AbortSignal.timeout(FIRST_CONTACT_MS) }).catch(() => undefined);
    this.wasReady = true;
    if (!isReady(this.client)) throw new Error('Redis is away');
    return this.client;
  }
}

const partsOf = (all: readonly string[], whose: string): string[] =>
  all.filter((one) => one.startsWith(whose)).map((one) => one.slice(whose.length));

/** The last entry with the highest timeline. */
export function highestOf(all: readonly KnownServer[]): KnownServer | null {
  return all.reduce<KnownServer | null>(
    (highest, each) => (highest === null || each.timeline >= highest.timeline ? each : highest),
    null,
  );
}

/** None, if a crash has cut the line off. */
function knownIn(line: string): KnownServer[] {
  const [, systemIdentifier, timeline, synchronous] =
    /^\{"system_identifier":"(\d+)","timeline":(\d+),"synchronous":(true|false)\}$/.exec(line) ?? [];
  if (systemIdentifier === undefined) return [];
  return [{ systemIdentifier, timeline: Number(timeline), synchronous: synchronous === 'true' }];
}
