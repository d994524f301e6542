import { describe, expect, it } from '@jest/globals';
import { CacheSettings } from '../platform/cache/cache.settings.js';
import { type Config, ProcessSettings, type SettingsGroup, StartupError } from '../platform/config/config.public.js';
import { DatabaseSettings } from '../platform/database/database.settings.js';
import { EmbeddedPostgresSettings } from '../platform/embedded-postgres/embedded-postgres.settings.js';
import { GroupCommitSettings } from '../platform/group-commit/group-commit.settings.js';
import { HttpSettings } from '../platform/http/http.settings.js';
import { MetricsSettings } from '../platform/metrics/metrics.public.js';
import { LoggerSettings } from '../platform/logger/logger.settings.js';
import { EventSettings } from '../platform/outbox/outbox.settings.js';
import { RateLimitSettings } from '../platform/rate-limits/rate-limits.public.js';
import { RedisSettings } from '../platform/redis/redis.settings.js';
import { SealingSettings } from '../platform/sealing/sealing.settings.js';
import { TracingSettings } from '../platform/tracing/tracing.settings.js';
import {
  BreakerSettings,
  CallbackSettings,
  GatewaySettings,
  RazorpayXSettings,
  StripeSettings,
  SubmissionSettings,
} from '../modules/gateways/gateways.settings.js';
import { IdempotencySettings } from '../modules/idempotency/idempotency.settings.js';
import { MerchantSettings } from '../modules/merchants/merchants.settings.js';
import { PaymentSettings } from '../modules/payments/payments.settings.js';
import { ReturnWatchSettings, UtrSettings } from '../modules/payouts/payouts.settings.js';
import { SimulatorSettings } from '../modules/simulators/simulators.settings.js';
import { WebhookSettings } from '../modules/webhooks/webhooks.settings.js';
import { configFrom, SETTINGS } from './settings.js';

const from = (env: Record<string, string>): Config => configFrom(env);

function complaintAbout(env: Record<string, string>): string {
  try {
    from(env);
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    return (error as StartupError).message;
  }
  throw new Error(`${JSON.stringify(env)} was accepted`);
}

interface Variable {
  readonly name: string;
  readonly value: (config: Config) => unknown;
  readonly unset: unknown;
  readonly good: readonly (readonly [text: string, value: unknown])[];
  /** Values that are refused. */
  readonly bad: readonly string[];
  readonly expected: string;
}

const of =
  <Group>(group: SettingsGroup<Group>, key: keyof Group) =>
  (config: Config): unknown =>
    config.get(group)[key];

const POSTGRES = 'an address that starts with postgres:// or postgresql://';
const notWhole = ['x', '1.5', '-1', '1e3', '0x10', '१०', '9'.repeat(16), 'NaN', 'Infinity', '1 000'];
const range = (min: number, max: number) => `a whole number from ${min} to ${max}`;

const whole = (name: string, value: Variable['value'], unset: number | null, min: number, max: number): Variable => ({
  name,
  value,
  unset,
  good: [
    [String(min), min],
    [String(max), max],
    [`  0${max} `, max],
  ],
  bad: [...notWhole, String(max + 1), ...(min > 0 ? [String(min - 1)] : [])],
  expected: range(min, max),
});

const flag = (name: string, value: Variable['value']): Variable => ({
  name,
  value,
  unset: false,
  good: [
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
  ],
  bad: ['yes', 'no', '2', 'TRUE'],
  expected: '1 or 0',
});

const fraction = (name: string, value: Variable['value'], unset: number): Variable => ({
  name,
  value,
  unset,
  good: [
    ['0', 0],
    ['1', 1],
    ['1.0', 1],
    ['0.05', 0.05],
  ],
  bad: ['x', '-0.1', '1.01', '.5', '1.', '20%', '0,2', '1e-1', 'NaN'],
  expected: 'a number from 0 to 1, such as 0.2',
});

const DATA_KEY = Buffer.alloc(32, 7).toString('base64');

const VARIABLES: readonly Variable[] = [
  {
    name: 'NODE_ENV',
    value: of(ProcessSettings, 'production'),
    unset: false,
    good: [
      ['production', true],
      ['development', false],
      ['test', false],
    ],
    bad: ['prod', 'Production', 'staging'],
    expected: 'one of development, production, test',
  },
  flag('ALLOW_PLAINTEXT', of(ProcessSettings, 'allowPlaintext')),
  flag('ALLOW_PRIVATE_GATEWAYS', of(ProcessSettings, 'allowPrivateGateways')),
  flag('ALLOW_TEST_KEYS', of(ProcessSettings, 'allowTestKeys')),
  whole('PORT', of(HttpSettings, 'port'), 8000, 0, 65_535),
  whole('HTTP_MAX_CONNECTIONS', of(HttpSettings, 'maxConnections'), 5_000, 1, 1_000_000),
  whole('HTTP_MAX_PER_ADDRESS', of(HttpSettings, 'maxConnectionsPerAddress'), 1_000, 1, 1_000_000),
  whole('HTTP_WRONG_KEYS_PER_MINUTE', of(HttpSettings, 'wrongKeysPerMinute'), 60, 1, 1_000_000),
  whole('GATEWAY_BREAKER_OPEN_SECONDS', of(BreakerSettings, 'openSeconds'), 10, 0, 3_600),
  {
    name: 'HOST',
    value: of(HttpSettings, 'host'),
    unset: '127.0.0.1',
    good: [
      ['0.0.0.0', '0.0.0.0'],
      [' ::1 ', '::1'],
    ],
    bad: [],
    expected: '',
  },
  {
    name: 'WORKER_PORT',
    value: of(HttpSettings, 'workerPort'),
    unset: null,
    good: [
      ['0', 0],
      ['8001', 8001],
    ],
    bad: [...notWhole, '65536'],
    expected: range(0, 65_535),
  },
  {
    name: 'TRUST_PROXY',
    value: of(HttpSettings, 'trustProxy'),
    unset: false,
    good: [
      ['false', false],
      ['0', false],
      ['2', 2],
      ['loopback', 'loopback'],
      ['10.0.0.0/8, ::1', '10.0.0.0/8,::1'],
    ],
    bad: ['true', '10.0.0.0/33', 'proxy.example', '::1/129', '10.0.0.0/8/8', ',', '-1'],
    expected: 'a number of proxies, or addresses and networks such as 10.0.0.0/8, with commas',
  },
  {
    name: 'DOCS',
    value: of(HttpSettings, 'docs'),
    unset: 'on',
    good: [
      ['on', 'on'],
      ['off', 'off'],
    ],
    bad: ['0', 'false', 'OFF'],
    expected: 'one of on, off',
  },
  {
    name: 'METRICS_TOKEN',
    value: of(MetricsSettings, 'token'),
    unset: null,
    good: [['only-for-prometheus', 'only-for-prometheus']],
    bad: ['too-short', 'with a blank in the middle', 'é'.repeat(16)],
    expected: '16 to 256 visible ASCII characters',
  },
  whole('METRICS_EVERY_SECONDS', of(MetricsSettings, 'everySeconds'), 10, 0, 3_600),
  {
    name: 'LOG_LEVEL',
    value: of(LoggerSettings, 'level'),
    unset: 'info',
    good: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => [level, level] as const),
    bad: ['INFO', 'verbose', 'info,debug'],
    expected: 'one of fatal, error, warn, info, debug, trace, silent',
  },
  ...(
    [
      ['DATABASE_URL', 'url'],
      ['MIGRATION_DATABASE_URL', 'migrationUrl'],
      ['ADMIN_DATABASE_URL', 'adminUrl'],
    ] as const
  ).map(([name, key]): Variable => ({
    name,
    value: of(DatabaseSettings, key),
    unset: null,
    good: [
      ['postgres://bahi:secret@db.example:5432/bahi', 'postgres://bahi:secret@db.example:5432/bahi'],
      ['postgresql://db.example/bahi', 'postgresql://db.example/bahi'],
      // The driver would treat a bare % as its own.
      ['postgres://50%off:100%@db.example/bahi', 'postgres://50%off:100%@db.example/bahi'],
      [
        'postgresql://db.example/bahi?sslmode=require',
        'postgresql://db.example/bahi?sslmode=require&uselibpqcompat=true',
      ],
      [
        'postgres://bahi:secret@a.example:5433,b.example/bahi?target_session_attrs=read-write',
        'postgres://bahi:secret@a.example:5433/bahi?target_session_attrs=read-write&host=a.example,b.example&port=5433,5432',
      ],
    ],
    bad: ['mysql://bahi:secret@db.example/bahi', 'db.example/bahi', 'secret', 'https://db.example'],
    expected: POSTGRES,
  })),
  {
    name: 'DATABASE_TIMELINE_FILE',
    value: of(DatabaseSettings, 'timelineFile'),
    unset: null,
    good: [['/var/lib/bahi/timelines', '/var/lib/bahi/timelines']],
    bad: [],
    expected: '',
  },
  whole('DATABASE_SHARDS', of(DatabaseSettings, 'shards'), null, 1, 1_024),
  whole('DATABASE_POOL_SIZE', of(DatabaseSettings, 'poolSize'), 10, 1, 500),
  ...(['REDIS_URL', 'REDIS_CACHE_URL'] as const).map((name): Variable => ({
    name,
    value: of(RedisSettings, name === 'REDIS_URL' ? 'url' : 'cacheUrl'),
    unset: null,
    good: [
      ['redis://:secret@cache.example:6379/1', 'redis://:secret@cache.example:6379/1'],
      ['rediss://cache.example', 'rediss://cache.example'],
      ['rediss://u:p@a:1, b:2,rediss://c:3', 'rediss://u:p@a:1,rediss://b:2,rediss://c:3'],
      ['redis+cluster://a:1', 'redis+cluster://a:1'],
      ['redis+sentinel://:p@a,b:2/m/1', 'redis+sentinel://:p@a,b:2/m/1'],
    ],
    bad: ['http://:secret@cache.example', 'cache.example:6379', 'secret', 'redis://a,', 'redis://a,http://b'],
    expected: 'an address that starts with redis:// or rediss://',
  })),
  {
    name: 'REDIS_KEY_PREFIX',
    value: of(RedisSettings, 'keyPrefix'),
    unset: 'bahi',
    good: [['bahi-2', 'bahi-2']],
    bad: ['{bahi}', 'Bahi', 'a:b', 'a b', 'a'.repeat(41)],
    expected: '1 to 40 of a-z, 0-9, - and _',
  },
  { ...whole('QUEUE_PARTS', of(RedisSettings, 'queueParts'), 1, 1, 32), unset: null },
  whole('LIST_CACHE_TTL_SECONDS', of(CacheSettings, 'ttlSeconds'), 30, 1, 3_600),
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    value: of(TracingSettings, 'endpoint'),
    unset: null,
    good: [['http://127.0.0.1:4318', 'http://127.0.0.1:4318']],
    bad: ['127.0.0.1:4318', 'grpc://collector'],
    expected: 'an address that starts with http:// or https://',
  },
  {
    name: 'DATA_DIR',
    value: of(EmbeddedPostgresSettings, 'dataDir'),
    unset: '.data',
    good: [
      ['/var/lib/bahi', '/var/lib/bahi'],
      ['a folder', 'a folder'],
    ],
    bad: [],
    expected: '',
  },
  flag('RESET_DATA', of(DatabaseSettings, 'reset')),
  {
    name: 'GATEWAYS',
    value: of(GatewaySettings, 'enabled'),
    unset: ['bank-simulator', 'payment-simulator'],
    good: [
      ['razorpayx', ['razorpayx']],
      ['always-fails, bank-simulator ,always-fails', ['always-fails', 'bank-simulator']],
    ],
    bad: ['Bank', 'a;b', 'a,', ',a', '1bank', 'a b', '-'],
    expected: 'names separated by commas',
  },
  whole('RATE_LIMIT_WRITES_PER_SECOND', of(RateLimitSettings, 'writes'), 20_000, 1, 1_000_000),
  whole('RATE_LIMIT_READS_PER_SECOND', of(RateLimitSettings, 'reads'), 20_000, 1, 1_000_000),
  whole('RATE_LIMIT_KEY_WRITES_PER_SECOND', of(RateLimitSettings, 'keyWrites'), 10_000, 1, 1_000_000),
  whole('RATE_LIMIT_KEY_READS_PER_SECOND', of(RateLimitSettings, 'keyReads'), 10_000, 1, 1_000_000),
  whole('IDEMPOTENCY_WINDOW_HOURS', of(IdempotencySettings, 'windowHours'), 24, 1, 8760),
  whole('IDEMPOTENCY_KEYS_PER_MERCHANT', of(IdempotencySettings, 'keysPerMerchant'), 25_000_000, 1, 999_999_999),
  whole('BANK_ACCOUNTS_PER_MERCHANT', of(MerchantSettings, 'bankAccounts'), 100_000, 1, 10_000_000),
  whole('API_KEYS_PER_MERCHANT', of(MerchantSettings, 'apiKeys'), 100, 1, 100_000),
  whole('OPEN_REFUNDS_PER_MERCHANT', of(PaymentSettings, 'openRefunds'), 10_000, 1, 1_000_000),
  whole('MAX_RETRIES', of(SubmissionSettings, 'maxRetries'), 3, 0, 20),
  whole('PROCESSING_TIMEOUT_SECONDS', of(SubmissionSettings, 'processingTimeoutSeconds'), 30, 1, 86_400),
  whole('EVENT_RETENTION_DAYS', of(EventSettings, 'retentionDays'), 30, 1, 3_650),
  whole('GATEWAY_CALLBACK_RETENTION_DAYS', of(CallbackSettings, 'retentionDays'), 90, 1, 3_650),
  whole('PAYOUT_UTR_WAIT_HOURS', of(UtrSettings, 'waitHours'), 24, 1, 8_760),
  whole('PAYOUT_RETURN_WATCH_DAYS', of(ReturnWatchSettings, 'days'), 7, 0, 365),
  whole('PAYOUT_RETURN_WATCH_PER_SECOND', of(ReturnWatchSettings, 'perSecond'), 5, 1, 1_000),
  fraction('PAYOUT_BANK_FAILURE_RATE', of(SimulatorSettings, 'bankFailureRate'), 0.2),
  fraction('PAYMENT_GATEWAY_FAILURE_RATE', of(SimulatorSettings, 'paymentFailureRate'), 0.1),
  whole('PAYMENT_FEE_BASIS_POINTS', of(PaymentSettings, 'feeBasisPoints'), 200, 0, 10_000),
  whole('PAYMENT_TAX_BASIS_POINTS', of(PaymentSettings, 'taxBasisPoints'), 1_800, 0, 10_000),
  flag('PAYMENT_REFUNDS_FEE', of(PaymentSettings, 'refundsFee')),
  flag('WEBHOOK_ALLOW_LOOPBACK', of(WebhookSettings, 'allowLoopback')),
  fraction('WEBHOOK_RETRY_SCALE', of(WebhookSettings, 'retryScale'), 1),
  {
    name: 'WEBHOOK_REFUSED_NETWORKS',
    value: of(WebhookSettings, 'refusedNetworks'),
    unset: [],
    good: [['203.0.113.7, 2001:db8::/32', ['203.0.113.7', '2001:db8::/32']]],
    bad: ['example.com', '10.0.0.0/33', '10.0.0.0/8,', 'loopback'],
    expected: 'addresses and networks such as 10.0.0.0/8, with commas',
  },
  {
    name: 'WEBHOOK_PROXY',
    value: of(WebhookSettings, 'proxy'),
    unset: null,
    good: ['http://proxy.internal:3128', 'https://me:p%40ss%3A@proxy.internal/'].map((url) => [url, url] as const),
    bad: [
      'proxy.internal:3128',
      'socks5://proxy.internal',
      'http://me:100%@proxy.internal',
      'http://%ff@proxy.internal',
      'http://a%3Ab:c@proxy.internal',
      'http://:secret@proxy.internal',
      'http://proxy.internal/path',
    ],
    expected: 'an address that starts with http:// or https://, name and password percent-encoded',
  },
  {
    name: 'DATA_ENCRYPTION_KEY',
    value: (config) => config.get(SealingSettings).keys.map((key) => key.toString('base64')),
    unset: [],
    good: [[DATA_KEY, [DATA_KEY]]],
    bad: ['short', `${DATA_KEY},`, `${DATA_KEY},${DATA_KEY}`],
    expected: 'keys of 32 bytes in base64, with commas, each of them once',
  },
  whole('PAYMENT_LIMIT_PAISE', of(PaymentSettings, 'limitPaise'), 25_00_000_00, 1, 10_000_000_000_000),
  whole('GROUP_COMMIT_LANES', of(GroupCommitSettings, 'lanes'), 2, 1, 32),
  whole('GROUP_COMMIT_MAX_BATCH', of(GroupCommitSettings, 'maxBatch'), 128, 1, 1_000),
  whole('GROUP_COMMIT_BOOKS_PER_BATCH', of(GroupCommitSettings, 'booksPerBatch'), 128, 1, 1_000),
  whole('GROUP_COMMIT_MAX_WAITING', of(GroupCommitSettings, 'crowdedAt'), 1_000, 1, 100_000),
];

/** Settings that applied to payouts only, before there were payments. */
const RENAMED = [
  ['LIST_CACHE_TTL_SECONDS', 'PAYOUT_LIST_CACHE_TTL_SECONDS'],
  ['IDEMPOTENCY_WINDOW_HOURS', 'PAYOUT_IDEMPOTENCY_WINDOW_HOURS'],
  ['MAX_RETRIES', 'PAYOUT_MAX_RETRIES'],
  ['PROCESSING_TIMEOUT_SECONDS', 'PAYOUT_PROCESSING_TIMEOUT_SECONDS'],
] as const;

describe('the configuration', () => {
  it('reads the variables of this table, the old names, and no others', () => {
    const asked = new Set<string>();
    const spy = new Proxy({}, { get: (_, name) => void asked.add(String(name)) });
    configFrom(spy);
    expect([...asked].sort()).toEqual([...VARIABLES.map(({ name }) => name), ...RENAMED.map(([, old]) => old)].sort());
  });

  it('has one name for each variable, and a help of one line', () => {
    const declared = SETTINGS.flatMap(({ declared }) => Object.values(declared));
    expect(new Set(declared.map(({ name }) => name)).size).toBe(declared.length);
    for (const { help } of declared) expect(help).toMatch(/^\S[^\n|]*\.$/);
  });

  describe.each(VARIABLES)('$name', ({ name, value: valueIn, unset, good, bad, expected }) => {
    it('has a default, which an empty value means too', () => {
      expect(valueIn(from({}))).toEqual(unset);
      expect(valueIn(from({ [name]: '' }))).toEqual(unset);
      expect(valueIn(from({ [name]: ' \t' }))).toEqual(unset);
    });

    it('takes what is good', () => {
      for (const [text, value] of good) expect(valueIn(from({ [name]: text }))).toEqual(value);
    });

    it('changes nothing else', () => {
      for (const [text] of good) {
        const changed = from({ [name]: text });
        const others = (config: Config) =>
          VARIABLES.filter((other) => other.name !== name).map((other) => other.value(config));
        // Production also changes the default of GATEWAYS, and DATA_DIR where timelines are kept: see below.
        if (text !== 'production' && name !== 'DATA_DIR') expect(others(changed)).toEqual(others(from({})));
      }
    });

    if (bad.length > 0) {
      it('refuses the rest in one line with the name, the value and what was expected', () => {
        const isSecret = /_(URL|ENDPOINT|TOKEN|KEY)$|^WEBHOOK_PROXY$/.test(name);
        for (const text of bad) {
          const shown = isSecret ? '(hidden)' : text;
          expect(complaintAbout({ [name]: text })).toBe(`${name}=${shown} is not valid: expected ${expected}.`);
        }
      });
    }
  });

  it.each(['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'ADMIN_DATABASE_URL'])(
    'refuses a %s that the driver could not read, with one line that shows none of it',
    (name) => {
      const complaint = complaintAbout({ [name]: 'postgres://user%ff:hunter2@host/bahi' });
      expect(complaint).toMatch(/percent-encoded UTF-8/);
      expect(complaint).not.toContain('hunter2');
    },
  );

  it.each([
    ['keepalives=1&sslmode=require', '…keepalives=…', 'no parameter that would be ignored: remove keepalives'],
    [
      'target_session_attrs=standby',
      '…target_session_attrs=standby',
      'target_session_attrs=read-write (or primary): Bahi writes',
    ],
    [
      'host=a,b&target_session_attrs=any',
      '…target_session_attrs=any',
      'target_session_attrs=read-write (or primary): Bahi writes',
    ],
    ['host=a,b,c&port=1,2', '(hidden)', 'one port, or as many as hosts'],
    ['connect_timeout=0', '…connect_timeout=0', 'connect_timeout from 1 to 60 seconds'],
  ])('refuses DATABASE_URL with %s', (query, shown, expected) => {
    expect(complaintAbout({ DATABASE_URL: `postgres://app:hunter2@db/bahi?${query}` })).toBe(
      `DATABASE_URL=${shown} is not valid: expected ${expected}.`,
    );
  });

  it('keeps timelines in the data directory where that is set', () => {
    expect(from({ DATA_DIR: '/srv/bahi' }).get(DatabaseSettings).timelineFile).toBe('/srv/bahi/database-timelines');
  });

  it('never shows a password, not even in a wrong address', () => {
    for (const name of ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'ADMIN_DATABASE_URL', 'REDIS_URL', 'REDIS_CACHE_URL'])
      expect(complaintAbout({ [name]: 'ftp://user:hunter2@host/hunter2' })).not.toContain('hunter2');
  });

  it('can be given the addresses of a server that has just been started, and keeps the rest', () => {
    const before = from({ PORT: '8001', PROCESSING_TIMEOUT_SECONDS: '6', DATABASE_POOL_SIZE: '4' });
    const addresses = {
      url: 'postgres://app@127.0.0.1:5433/bahi',
      migrationUrl: 'postgres://owner@127.0.0.1:5433/bahi',
    };
    const after = before.with(DatabaseSettings, addresses);
    expect(after.get(DatabaseSettings)).toMatchObject(addresses);
    expect(after.get(DatabaseSettings)).toBeInstanceOf(DatabaseSettings);
    for (const { name, value } of VARIABLES)
      if (!/DATABASE_URL$/.test(name)) expect(value(after)).toEqual(value(before));
    expect(after.get(SubmissionSettings).gatewayTimeoutSeconds).toBe(2);
    expect(before.get(DatabaseSettings)).toMatchObject({ url: null, migrationUrl: null });
  });

  it('is known to be behind a pooler only when the start has found that out', () => {
    const before = from({});
    expect(before.get(DatabaseSettings).pooled).toBe(false);
    expect(before.with(DatabaseSettings, { pooled: true }).get(DatabaseSettings).pooled).toBe(true);
  });

  it.each(['prefer', 'allow', 'required', 'no-verify'])('does not take sslmode=%s, and names what it takes', (mode) => {
    expect(complaintAbout({ DATABASE_URL: `postgres://app:hunter2@db/bahi?sslmode=${mode}` })).toBe(
      `DATABASE_URL=…sslmode=${mode} is not valid: expected one of disable, require, verify-ca, verify-full.`,
    );
  });

  it.each(['sslrootcert', 'sslcert', 'sslkey'])('looks whether the file of %s can be read', (name) => {
    const url = `postgres://app:hunter2@db/bahi?sslmode=verify-full&${name}=/nowhere.pem`;
    expect(complaintAbout({ DATABASE_URL: url })).toBe(
      `DATABASE_URL=…${name}=/nowhere.pem is not valid: expected a file that can be read.`,
    );
  });

  it('names the first variable that is wrong', () => {
    expect(complaintAbout({ MAX_RETRIES: 'x', PORT: 'y' })).toMatch(/^PORT=y /);
  });

  it('enables no gateway in production that was not named: a simulator would take real money for paid', () => {
    expect(from({ NODE_ENV: 'production' }).get(GatewaySettings).enabled).toEqual([]);
    expect(from({ NODE_ENV: 'production', GATEWAYS: 'razorpayx' }).get(GatewaySettings).enabled).toEqual(['razorpayx']);
  });

  it.each([
    ['30', 10],
    ['86400', 10],
    ['31', 10],
    ['29', 29 / 3],
    ['1', 1 / 3],
  ])('ends a call to a bank well before recovery asks about it: time-out %s s, call %d s', (timeout, seconds) => {
    const { gatewayTimeoutSeconds } = from({ PROCESSING_TIMEOUT_SECONDS: timeout }).get(SubmissionSettings);
    expect(gatewayTimeoutSeconds).toBeCloseTo(seconds, 10);
    expect(gatewayTimeoutSeconds).toBeLessThan(Number(timeout));
  });
});

describe('a password with special characters', () => {
  it.each([
    ['DATABASE_URL', 'postgres://app:pa#hunter2@db.example/bahi'],
    // The part before the number sign is an address with a port.
    ['DATABASE_URL', 'postgres://app:12#hunter2@db.example/bahi'],
    ['MIGRATION_DATABASE_URL', 'postgres://app:pa/hunter2@db.example/bahi'],
    ['ADMIN_DATABASE_URL', 'postgres://app:pa?hunter2@db.example/bahi'],
    ['REDIS_URL', 'redis://:pa#hunter2@redis.example'],
  ])('in %s is to be percent-encoded', (name, value) => {
    const complaint = complaintAbout({ [name]: value });
    expect(complaint).toMatch(new RegExp(`^${name}=\\(hidden\\) is not valid: .*percent-encoded \\(# is %23,`));
    expect(complaint).not.toContain('hunter2');
  });

  it('is taken when it is', () => {
    const url = 'postgres://app:pa%23%2Fword@db.example/bahi';
    expect(from({ DATABASE_URL: url }).get(DatabaseSettings).url).toBe(url);
  });
});

describe('production', () => {
  const production = (env: Record<string, string>): Record<string, string> => ({ NODE_ENV: 'production', ...env });

  const TLS = /TLS.* to another machine in production, or ALLOW_PLAINTEXT=1\.$/;
  const PASSWORD = /expected a password for another machine in production, or ALLOW_PLAINTEXT=1\.$/;

  it.each([
    ['DATABASE_URL', 'postgres://app:secret@db.example/bahi', TLS],
    ['DATABASE_URL', 'postgres://app:secret@10.0.0.7/bahi', TLS],
    ['DATABASE_URL', 'postgres://app:secret@127.0.0.1/bahi?host=db.example', TLS],
    ['DATABASE_URL', 'postgres://app:secret@127.0.0.1,db.example/bahi', TLS],
    ['MIGRATION_DATABASE_URL', 'postgres://app:secret@db/bahi?sslmode=disable', TLS],
    ['ADMIN_DATABASE_URL', 'postgres://app@db.example/bahi?sslmode=verify-full', PASSWORD],
    ['REDIS_URL', 'redis://:secret@redis.example', TLS],
    ['REDIS_URL', 'redis://:secret@127.0.0.1,redis.example', TLS],
    ['REDIS_URL', 'redis+sentinel://:secret@127.0.0.1,redis.example/m', TLS],
    ['REDIS_URL', 'rediss+sentinel://redis.example/m', PASSWORD],
    ['REDIS_CACHE_URL', 'rediss://redis.example', PASSWORD],
  ])('does not reach a server on another machine in clear text or without a password: %s=%s', (name, value, what) => {
    expect(complaintAbout(production({ [name]: value }))).toMatch(what);
    expect(complaintAbout(production({ [name]: value }))).not.toContain('secret');
    expect(() => from(production({ [name]: value, ALLOW_PLAINTEXT: '1' }))).not.toThrow();
    expect(() => from({ [name]: value })).not.toThrow();
  });

  it.each<Record<string, string>>([
    { DATABASE_URL: 'postgres://app:secret@db.example/bahi?sslmode=verify-full' },
    { DATABASE_URL: 'postgres://app:secret@db.example/bahi?sslmode=require' },
    { DATABASE_URL: 'postgres://app@db.example/bahi?sslmode=require', PGPASSWORD: 'secret' },
    { DATABASE_URL: 'postgres://app@127.0.0.1/bahi' },
    { DATABASE_URL: 'postgres://app@localhost/bahi?host=/var/run/postgresql' },
    { REDIS_URL: 'redis://localhost:6379', REDIS_CACHE_URL: 'rediss://:secret@redis.example' },
  ])('reaches what is guarded, or on the same machine: %j', (env) => {
    expect(() => from(production(env))).not.toThrow();
  });

  const RAZORPAYX = {
    RAZORPAYX_KEY_ID: 'rzp_live_1',
    RAZORPAYX_KEY_SECRET: 'secret',
    RAZORPAYX_ACCOUNT_NUMBER: '7',
    RAZORPAYX_WEBHOOK_SECRET: '0123456789abcdef',
  };
  const opened = (env: Record<string, string>) => () => from({ ...RAZORPAYX, ...env }).get(RazorpayXSettings).url;

  it.each([
    ['http://bank.example', 'an address that begins with https:// in production', null],
    ['http://8.8.8.8:9000', 'an address that begins with https:// in production', null],
    ['http://10.0.0.7', 'a public address in production', 'ALLOW_PRIVATE_GATEWAYS'],
    ['http://toy-bank:9000', 'a public address in production', 'ALLOW_PRIVATE_GATEWAYS'],
    ['https://10.0.0.7', 'a public address in production', 'ALLOW_PRIVATE_GATEWAYS'],
    ['https://169.254.169.254/latest', 'a public address in production', 'ALLOW_PRIVATE_GATEWAYS'],
    ['https://toy-bank:8443', 'a public address in production', 'ALLOW_PRIVATE_GATEWAYS'],
    ['https://[fd00::1]', 'a public address in production', 'ALLOW_PRIVATE_GATEWAYS'],
  ])('does not call a bank at %s', (url, expected, unless) => {
    const RAZORPAYX_URL = url;
    expect(opened(production({ RAZORPAYX_URL }))).toThrow(`RAZORPAYX_URL=${url} is not valid: expected ${expected}`);
    for (const flag of ['ALLOW_PLAINTEXT', 'ALLOW_TEST_KEYS', 'ALLOW_PRIVATE_GATEWAYS']) {
      const open = opened(production({ RAZORPAYX_URL, [flag]: '1' }));
      if (flag === unless) expect(open()).toBe(url);
      else expect(open).toThrow(StartupError);
    }
    expect(opened({ RAZORPAYX_URL })()).toBe(url);
  });

  it.each(['https://bank.example', 'http://127.0.0.1:9000', 'http://localhost:9000'])('calls a bank at %s', (url) => {
    expect(opened(production({ RAZORPAYX_URL: url }))()).toBe(url);
  });

  it('sends no webhooks to this machine', () => {
    expect(complaintAbout(production({ WEBHOOK_ALLOW_LOOPBACK: '1' }))).toBe(
      'WEBHOOK_ALLOW_LOOPBACK=1 is not valid: expected 0 in production.',
    );
    expect(() => from(production({ WEBHOOK_ALLOW_LOOPBACK: '0' }))).not.toThrow();
  });

  it('takes no key of a test mode, unless it is said', () => {
    expect(opened(production({ RAZORPAYX_KEY_ID: 'rzp_test_1' }))).toThrow(
      new StartupError(
        'RAZORPAYX_KEY_ID=(hidden) is not valid: expected a live key in production, or ALLOW_TEST_KEYS=1.',
      ),
    );
    expect(opened(production({ RAZORPAYX_KEY_ID: 'rzp_test_1', ALLOW_TEST_KEYS: '1' }))()).toMatch(/^https/);
    const stripe = (key: string) => () =>
      from(production({ STRIPE_SECRET_KEY: key, STRIPE_WEBHOOK_SECRET: '0123456789abcdef' })).get(StripeSettings);
    for (const key of ['sk_test_1', 'rk_test_1']) expect(stripe(key)).toThrow(/^STRIPE_SECRET_KEY=\(hidden\)/);
    expect(stripe('sk_live_test_1')().secretKey).toBe('sk_live_test_1');
  });
});

describe('a variable that is nearly a setting', () => {
  it('is named at the start', () => {
    expect(from({ PAYOUT_BANK_FAILURE_RATES: '0.5', STRIPE_SECRETKEY: 'x', PAYOUT_MAX_RETRIES: '3' }).warnings).toEqual(
      [
        'PAYOUT_BANK_FAILURE_RATES is not a setting of Bahi: did you mean PAYOUT_BANK_FAILURE_RATE?',
        'STRIPE_SECRETKEY is not a setting of Bahi: did you mean STRIPE_SECRET_KEY?',
        expect.stringContaining('PAYOUT_MAX_RETRIES is the old name'),
      ],
    );
  });
});

describe.each(RENAMED)('%s, once %s', (name, old) => {
  const { value: valueIn } = VARIABLES.find((variable) => variable.name === name)!;

  it('is read under its old name, with one warning that names the new one', () => {
    const config = from({ [old]: '7' });
    expect(valueIn(config)).toBe(7);
    expect(config.warnings).toEqual([`${old} is the old name of ${name}: set ${name} instead.`]);
  });

  it('needs no warning under its new name, nor when the old one is empty', () => {
    expect(from({ [name]: '7' }).warnings).toEqual([]);
    expect(from({ [name]: '7', [old]: ' ' }).warnings).toEqual([]);
  });

  it('may be set under both names to one value', () => {
    const config = from({ [name]: '7', [old]: '07' });
    expect(valueIn(config)).toBe(7);
    expect(config.warnings).toHaveLength(1);
  });

  it('is refused with different values under the two names', () => {
    expect(complaintAbout({ [name]: '7', [old]: '8' })).toBe(
      `${name}=7 and ${old}=8 contradict each other: unset ${old}, the old name.`,
    );
  });

  it('is checked under its old name as under its new one', () => {
    expect(complaintAbout({ [old]: 'x' })).toMatch(new RegExp(`^${old}=x is not valid: expected a whole number from`));
  });
});
