import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { ProcessRole, StartupError } from '../../../platform/config/config.public.js';
import { Database } from '../../../platform/database/database.public.js';
import { keyIdIn, Sealer } from '../../../platform/sealing/sealing.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';

interface SecretsRow {
  readonly secret: string;
  readonly endpoints: number;
}

/** For each key, one secret that it has encrypted, and the number of endpoints whose secrets it has encrypted. */
const SECRETS = `
  SELECT min(secret) AS secret, count(*)::int AS endpoints FROM webhook_endpoints GROUP BY split_part(secret, '.', 2)`;

/** How soon it is noticed that another process encrypts with a key that this one does not have. */
const EVERY_MS = 60_000;

/**
 * Logs that secrets of endpoints cannot be read, at the start and when this changes. Only a process without any key
 * refuses to start: a single forgotten or lost key stops the webhooks of its endpoints, but no payouts.
 */
@Injectable()
export class SecretsCheck implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('webhooks');
  private readonly ticker = new Ticker('secrets of webhook endpoints', EVERY_MS, async () =>
    this.report(await this.find()),
  );
  private alarm: string | null = null;

  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly role: ProcessRole,
  ) {}

  /** @throws StartupError */
  async onModuleInit(): Promise<void> {
    // A command signs nothing and need not have the keys.
    if (this.role.command) return;
    const unknown = await this.find();
    if (unknown.length > 0 && this.sealer.isEmpty)
      throw new StartupError(
        'DATA_ENCRYPTION_KEY is not set, but the secrets of webhook endpoints were encrypted with ' +
          `${keysOf(unknown)}: set it.`,
      );
    this.report(unknown);
  }

  onApplicationBootstrap(): void {
    if (this.role.worker) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  /** The secrets whose key is missing here. */
  private async find(): Promise<SecretsRow[]> {
    const found = await this.database.query<SecretsRow>(SECRETS);
    return found.filter(({ secret }) => !this.sealer.knows(secret));
  }

  private report(unknown: readonly SecretsRow[]): void {
    const alarm = unknown.length === 0 ? null : alarmOf(unknown);
    if (alarm !== null && alarm !== this.alarm) this.logger.error(alarm);
    this.alarm = alarm;
  }
}

function alarmOf(unknown: readonly SecretsRow[]): string {
  const endpoints = unknown.reduce((sum, one) => sum + one.endpoints, 0);
  return (
    `ALARM: ${endpoints} webhook endpoint${endpoints === 1 ? ' gets' : 's get'} no events: DATA_ENCRYPTION_KEY ` +
    `lacks ${keysOf(unknown)}, with which their secrets were encrypted. Append what is missing, separated by a ` +
    'comma. If it is lost, replace the secrets (POST /webhook-endpoints/:id/rotate-secret).'
  );
}

function keysOf(unknown: readonly SecretsRow[]): string {
  const keyIds = unknown.map(({ secret }) => keyIdIn(secret)).sort();
  return `${keyIds.length === 1 ? 'the key' : 'the keys'} ${keyIds.join(', ')}`;
}
