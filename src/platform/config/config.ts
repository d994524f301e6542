import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { StartupError } from './startup-error.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Everything that the environment may say, read once and checked once. The first bad value ends the start:
 * a payout engine that guesses its settings is worse than one that does not run.
 */
export class Config {
  /** DATABASE_URL leads to a pooler: nothing may be kept on a connection. Found out at the start. */
  readonly databasePooled: boolean = false;

  private constructor(
    readonly production: boolean,
    readonly port: number,
    readonly host: string,
    /** Where a worker of its own serves its health and metrics; null: nowhere. */
    readonly workerPort: number | null,
    /** Whose `X-Forwarded-*` headers count: nobody's, those of so many hops, or those of these addresses and networks. */
    readonly trustProxy: false | number | string,
    readonly logLevel: LogLevel,
    /** Null: the embedded server. */
    readonly databaseUrl: string | null,
    /** The role that owns the tables and runs migrations. Null: the same as `databaseUrl`. */
    readonly migrationDatabaseUrl: string | null,
    readonly databasePoolSize: number,
    /** The queues' server, or the nodes of a cluster separated by commas. Null: queues live in PostgreSQL. */
    readonly redisUrl: string | null,
    /** Begins every key in Redis: two installations may share a server under two names. */
    readonly redisKeyPrefix: string,
    /** The list cache's server. Null: that of the queues. */
    readonly redisCacheUrl: string | null,
    readonly payoutListCacheTtlSeconds: number,
    /** Where traces go (OTLP over HTTP); null: nowhere. */
    readonly otlpEndpoint: string | null,
    readonly dataDir: string,
    readonly resetData: boolean,
    /** Names of the enabled bank and payment gateways. */
    readonly gateways: readonly string[],
    readonly payoutIdempotencyWindowHours: number,
    readonly payoutMaxRetries: number,
    /** After this long without an answer a processing payout is inquired about. */
    readonly payoutProcessingTimeoutSeconds: number,
    readonly payoutBankFailureRate: number,
    readonly paymentGatewayFailureRate: number,
    /** What a merchant pays for a payment, in hundredths of a percent of the amount in rupees. */
    readonly paymentFeeBasisPoints: number,
    /** GST, of the fee. */
    readonly paymentTaxBasisPoints: number,
    /** Whether a refund gives its share of the fee back to the merchant. */
    readonly paymentRefundsFee: boolean,
    /** In paise. RBI allows up to ₹25,00,000 in one cross-border payment. */
    readonly paymentLimitPaise: number,
    /** How long a gateway that does not answer is left alone at first; 0: it never is. */
    readonly gatewayBreakerOpenSeconds: number,
    /** What the enabled gateways are told: variables that begin with their names, `TOY_BANK_…` for `toy-bank`. */
    readonly gatewayVariables: Readonly<Record<string, string>>,
    readonly groupCommitLanes: number,
    readonly groupCommitMaxBatch: number,
    readonly groupCommitBooksPerBatch: number,
  ) {}

  /** @throws StartupError naming the first variable that is wrong, its value and what was expected */
  static fromEnvironment(env: NodeJS.ProcessEnv): Config {
    const read = new EnvironmentReader(env);
    const production = read.oneOf('NODE_ENV', ['development', 'production', 'test'], 'development') === 'production';
    const gateways = read.list('GATEWAYS', production ? [] : ['bank-simulator', 'payment-simulator']);
    return new Config(
      production,
      read.integer('PORT', 8000, 0, 65_535),
      read.text('HOST') ?? '127.0.0.1',
      read.text('WORKER_PORT') === null ? null : read.integer('WORKER_PORT', 0, 0, 65_535),
      read.proxies('TRUST_PROXY'),
      read.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
      read.postgres('DATABASE_URL'),
      read.postgres('MIGRATION_DATABASE_URL'),
      read.integer('DATABASE_POOL_SIZE', 10, 1, 500),
      read.nodes('REDIS_URL', ['redis:', 'rediss:']),
      read.matching('REDIS_KEY_PREFIX', /^[a-z0-9_-]{1,40}$/, 'bahi', '1 to 40 of a-z, 0-9, - and _'),
      read.nodes('REDIS_CACHE_URL', ['redis:', 'rediss:']),
      read.integer('PAYOUT_LIST_CACHE_TTL_SECONDS', 30, 1, 3_600),
      read.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']),
      read.text('DATA_DIR') ?? '.data',
      read.flag('RESET_DATA'),
      gateways,
      read.integer('PAYOUT_IDEMPOTENCY_WINDOW_HOURS', 24, 1, 24 * 365),
      read.integer('PAYOUT_MAX_RETRIES', 3, 0, 20),
      read.integer('PAYOUT_PROCESSING_TIMEOUT_SECONDS', 30, 1, 86_400),
      read.fraction('PAYOUT_BANK_FAILURE_RATE', 0.2),
      read.fraction('PAYMENT_GATEWAY_FAILURE_RATE', 0.1),
      read.integer('PAYMENT_FEE_BASIS_POINTS', 200, 0, 10_000),
      read.integer('PAYMENT_TAX_BASIS_POINTS', 1_800, 0, 10_000),
      read.flag('PAYMENT_REFUNDS_FEE'),
      read.integer('PAYMENT_LIMIT_PAISE', 25_00_000_00, 1, 10_000_000_000_000),
      read.integer('GATEWAY_BREAKER_OPEN_SECONDS', 10, 0, 3_600),
      read.beginningWith(gateways.map((name) => `${name.toUpperCase().replaceAll('-', '_')}_`)),
      read.integer('GROUP_COMMIT_LANES', 2, 1, 32),
      read.integer('GROUP_COMMIT_MAX_BATCH', 128, 1, 1_000),
      read.integer('GROUP_COMMIT_BOOKS_PER_BATCH', 128, 1, 1_000),
    );
  }

  /** The same configuration on a server whose address only its start has told: the embedded one. */
  withDatabase(url: string, migrationUrl: string): Config {
    return Object.create(this, {
      databaseUrl: { value: url },
      migrationDatabaseUrl: { value: migrationUrl },
    }) as Config;
  }

  /** The same configuration, now that it is known that the database is behind a pooler. */
  withPooler(): Config {
    return Object.create(this, { databasePooled: { value: true } }) as Config;
  }

  /**
   * How long one call to a bank may take. Ten seconds, or a third of the processing time-out where that is shorter,
   * so that a submission has always ended before the recovery asks the bank about it.
   */
  get gatewayTimeoutSeconds(): number {
    return Math.min(10, this.payoutProcessingTimeoutSeconds / 3);
  }

  /**
   * Whether a call may begin now for which the step was claimed at `claimedAt` (`performance.now()`). A process that was
   * held up must not call a gateway when recovery already counts the call as ended.
   */
  fitsIntoLease(claimedAt: number): boolean {
    const { payoutProcessingTimeoutSeconds, gatewayTimeoutSeconds } = this;
    return performance.now() - claimedAt < (payoutProcessingTimeoutSeconds - gatewayTimeoutSeconds) * 1000;
  }
}

const SSL_MODES: readonly string[] = ['disable', 'require', 'verify-ca', 'verify-full'];

/** Reads one variable at a time. An empty value counts as unset, as in most shells' `.env` files. */
class EnvironmentReader {
  constructor(private readonly env: NodeJS.ProcessEnv) {}

  text(name: string): string | null {
    const value = this.env[name]?.trim();
    return value ? value : null;
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (!(value >= min && value <= max)) this.refuse(name, text, `a whole number from ${min} to ${max}`);
    return value;
  }

  fraction(name: string, fallback: number): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (!(value >= 0 && value <= 1)) this.refuse(name, text, 'a number from 0 to 1, such as 0.2');
    return value;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = allowed.find((candidate) => candidate === text);
    return value ?? this.refuse(name, text, `one of ${allowed.join(', ')}`);
  }

  matching(name: string, pattern: RegExp, fallback: string, expected: string): string {
    const text = this.text(name) ?? fallback;
    return pattern.test(text) ? text : this.refuse(name, text, expected);
  }

  flag(name: string): boolean {
    const text = this.text(name);
    if (text === null || text === '0' || text === 'false') return false;
    return text === '1' || text === 'true' || this.refuse(name, text, '1 or 0');
  }

  list(name: string, fallback: readonly string[]): readonly string[] {
    const text = this.text(name);
    if (text === null) return fallback;
    const names = text.split(',').map((part) => part.trim());
    if (!names.every((part) => /^[a-z][a-z0-9-]*$/.test(part))) this.refuse(name, text, 'names separated by commas');
    return [...new Set(names)];
  }

  /** As they are: only who asked for them knows what they should be. Empty ones count as unset. */
  beginningWith(prefixes: readonly string[]): Readonly<Record<string, string>> {
    const names = Object.keys(this.env).filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
    return Object.fromEntries(names.flatMap((name) => (this.text(name) === null ? [] : [[name, this.text(name)!]])));
  }

  url(name: string, protocols: readonly string[]): string | null {
    const text = this.text(name);
    if (text === null) return null;
    if (!isAddress(text, protocols)) this.refuse(name, '(hidden)', addressWith(protocols));
    return text;
  }

  /**
   * With `sslmode` as PostgreSQL's own programs take it (`require` encrypts, `verify-full` also knows whom it talks to);
   * the driver would take `require` for `verify-full`. Modes that would fall back to clear text are refused.
   */
  postgres(name: string): string | null {
    const text = this.url(name, ['postgres:', 'postgresql:']);
    const words = text === null ? null : new URL(text).searchParams;
    const [mode, root] = [words?.get('sslmode') ?? null, words?.get('sslrootcert') ?? null];
    if (mode !== null && !SSL_MODES.includes(mode))
      this.refuse(name, `…sslmode=${mode}`, `one of ${SSL_MODES.join(', ')}`);
    if (root !== null && !existsSync(root)) this.refuse(name, `…sslrootcert=${root}`, 'a file with certificates');
    return text === null || mode === null ? text : `${text}&uselibpqcompat=true`;
  }

  /** One address, or several separated by commas; those behind the first may leave out the scheme. */
  nodes(name: string, protocols: readonly string[]): string | null {
    const text = this.text(name);
    if (text === null) return null;
    const nodes = text.split(',').map((node) => node.trim());
    const scheme = /^[a-z]+:\/\//.exec(nodes[0]!)?.[0] ?? '';
    const complete = nodes.map((node) => (node.includes('://') ? node : `${scheme}${node}`));
    if (complete.some((node) => !isAddress(node, protocols))) this.refuse(name, '(hidden)', addressWith(protocols));
    return complete.join(',');
  }

  /** As Fastify's `trustProxy`, but never "everybody": that would let each caller choose its own address. */
  proxies(name: string): false | number | string {
    const text = this.text(name);
    if (text === null || text === 'false' || text === '0') return false;
    if (/^\d{1,2}$/.test(text)) return Number(text);
    const addresses = text.split(',').map((part) => part.trim());
    if (addresses.every(isNetwork)) return addresses.join(',');
    return this.refuse(name, text, 'a number of proxies, or addresses and networks such as 10.0.0.0/8, with commas');
  }

  private refuse(name: string, value: string, expected: string): never {
    throw new StartupError(`${name}=${value} is not valid: expected ${expected}.`);
  }
}

/** Without the slashes, `redis:6379` (a port without a host) would pass for an address. */
function isAddress(text: string, protocols: readonly string[]): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.host !== '' && protocols.some((protocol) => text.startsWith(`${protocol}//`));
}

function addressWith(protocols: readonly string[]): string {
  return `an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
}

/** `10.1.2.3`, `10.0.0.0/8`, `::1`, or `loopback`, which stands for both loopback addresses. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  if (text === 'loopback') return true;
  const most = isIP(address) === 4 ? 32 : 128;
  return (
    isIP(address) !== 0 && rest.length === 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most))
  );
}
