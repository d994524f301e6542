import { describe, expect, it } from '@jest/globals';
import { StartupError } from './startup-error.js';
import { Config } from './config.js';

const from = (env: Record<string, string>): Config => Config.fromEnvironment(env);

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
  readonly field: keyof Config;
  readonly unset: unknown;
  readonly good: readonly (readonly [text: string, value: unknown])[];
  /** Texts that are refused. */
  readonly bad: readonly string[];
  readonly expected: string;
}

const POSTGRES = 'an address that starts with postgres:// or postgresql://';
const notWhole = ['x', '1.5', '-1', '1e3', '0x10', '१०', '9'.repeat(16), 'NaN', 'Infinity', '1 000'];
const range = (min: number, max: number) => `a whole number from ${min} to ${max}`;

const whole = (name: string, field: keyof Config, unset: number, min: number, max: number): Variable => ({
  name,
  field,
  unset,
  good: [
    [String(min), min],
    [String(max), max],
    [`  0${max} `, max],
  ],
  bad: [...notWhole, String(max + 1), ...(min > 0 ? [String(min - 1)] : [])],
  expected: range(min, max),
});

const flag = (name: string, field: keyof Config): Variable => ({
  name,
  field,
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

const fraction = (name: string, field: keyof Config, unset: number): Variable => ({
  name,
  field,
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

const VARIABLES: readonly Variable[] = [
  {
    name: 'NODE_ENV',
    field: 'production',
    unset: false,
    good: [
      ['production', true],
      ['development', false],
      ['test', false],
    ],
    bad: ['prod', 'Production', 'staging'],
    expected: 'one of development, production, test',
  },
  whole('PORT', 'port', 8000, 0, 65_535),
  whole('GATEWAY_BREAKER_OPEN_SECONDS', 'gatewayBreakerOpenSeconds', 10, 0, 3_600),
  {
    name: 'HOST',
    field: 'host',
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
    field: 'workerPort',
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
    field: 'trustProxy',
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
    name: 'LOG_LEVEL',
    field: 'logLevel',
    unset: 'info',
    good: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => [level, level] as const),
    bad: ['INFO', 'verbose', 'info,debug'],
    expected: 'one of fatal, error, warn, info, debug, trace, silent',
  },
  ...(['DATABASE_URL', 'MIGRATION_DATABASE_URL'] as const).map((name): Variable => ({
    name,
    field: name === 'DATABASE_URL' ? 'databaseUrl' : 'migrationDatabaseUrl',
    unset: null,
    good: [
      ['postgres://bahi:secret@db.example:5432/bahi', 'postgres://bahi:secret@db.example:5432/bahi'],
      ['postgresql://db.example/bahi', 'postgresql://db.example/bahi'],
      [
        'postgresql://db.example/bahi?sslmode=require',
        'postgresql://db.example/bahi?sslmode=require&uselibpqcompat=true',
      ],
    ],
    bad: ['mysql://bahi:secret@db.example/bahi', 'db.example/bahi', 'secret', 'https://db.example'],
    expected: POSTGRES,
  })),
  whole('DATABASE_POOL_SIZE', 'databasePoolSize', 10, 1, 500),
  ...(['REDIS_URL', 'REDIS_CACHE_URL'] as const).map((name): Variable => ({
    name,
    field: name === 'REDIS_URL' ? 'redisUrl' : 'redisCacheUrl',
    unset: null,
    good: [
      ['redis://:secret@cache.example:6379/1', 'redis://:secret@cache.example:6379/1'],
      ['rediss://cache.example', 'rediss://cache.example'],
      ['rediss://u:p@a:1, b:2,rediss://c:3', 'rediss://u:p@a:1,rediss://b:2,rediss://c:3'],
    ],
    bad: ['http://:secret@cache.example', 'cache.example:6379', 'secret', 'redis://a,', 'redis://a,http://b'],
    expected: 'an address that starts with redis:// or rediss://',
  })),
  {
    name: 'REDIS_KEY_PREFIX',
    field: 'redisKeyPrefix',
    unset: 'bahi',
    good: [['bahi-2', 'bahi-2']],
    bad: ['{bahi}', 'Bahi', 'a:b', 'a b', 'a'.repeat(41)],
    expected: '1 to 40 of a-z, 0-9, - and _',
  },
  whole('PAYOUT_LIST_CACHE_TTL_SECONDS', 'payoutListCacheTtlSeconds', 30, 1, 3_600),
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    field: 'otlpEndpoint',
    unset: null,
    good: [['http://127.0.0.1:4318', 'http://127.0.0.1:4318']],
    bad: ['127.0.0.1:4318', 'grpc://collector'],
    expected: 'an address that starts with http:// or https://',
  },
  {
    name: 'DATA_DIR',
    field: 'dataDir',
    unset: '.data',
    good: [
      ['/var/lib/bahi', '/var/lib/bahi'],
      ['a folder', 'a folder'],
    ],
    bad: [],
    expected: '',
  },
  flag('RESET_DATA', 'resetData'),
  {
    name: 'GATEWAYS',
    field: 'gateways',
    unset: ['bank-simulator', 'payment-simulator'],
    good: [
      ['razorpayx', ['razorpayx']],
      ['always-fails, bank-simulator ,always-fails', ['always-fails', 'bank-simulator']],
    ],
    bad: ['Bank', 'a;b', 'a,', ',a', '1bank', 'a b', '-'],
    expected: 'names separated by commas',
  },
  whole('PAYOUT_IDEMPOTENCY_WINDOW_HOURS', 'payoutIdempotencyWindowHours', 24, 1, 8760),
  whole('PAYOUT_MAX_RETRIES', 'payoutMaxRetries', 3, 0, 20),
  whole('PAYOUT_PROCESSING_TIMEOUT_SECONDS', 'payoutProcessingTimeoutSeconds', 30, 1, 86_400),
  fraction('PAYOUT_BANK_FAILURE_RATE', 'payoutBankFailureRate', 0.2),
  fraction('PAYMENT_GATEWAY_FAILURE_RATE', 'paymentGatewayFailureRate', 0.1),
  whole('PAYMENT_FEE_BASIS_POINTS', 'paymentFeeBasisPoints', 200, 0, 10_000),
  whole('PAYMENT_TAX_BASIS_POINTS', 'paymentTaxBasisPoints', 1_800, 0, 10_000),
  flag('PAYMENT_REFUNDS_FEE', 'paymentRefundsFee'),
  whole('PAYMENT_LIMIT_PAISE', 'paymentLimitPaise', 25_00_000_00, 1, 10_000_000_000_000),
  whole('GROUP_COMMIT_LANES', 'groupCommitLanes', 2, 1, 32),
  whole('GROUP_COMMIT_MAX_BATCH', 'groupCommitMaxBatch', 128, 1, 1_000),
  whole('GROUP_COMMIT_BOOKS_PER_BATCH', 'groupCommitBooksPerBatch', 128, 1, 1_000),
];

describe('the configuration', () => {
  it('reads the variables of this table and no others', () => {
    const asked = new Set<string>();
    const spy = new Proxy({}, { get: (_, name) => void asked.add(String(name)) });
    Config.fromEnvironment(spy);
    expect([...asked].sort()).toEqual(VARIABLES.map(({ name }) => name).sort());
  });

  describe.each(VARIABLES)('$name', ({ name, field, unset, good, bad, expected }) => {
    it('has a default, which an empty value means too', () => {
      expect(from({})[field]).toEqual(unset);
      expect(from({ [name]: '' })[field]).toEqual(unset);
      expect(from({ [name]: ' \t' })[field]).toEqual(unset);
    });

    it('takes what is good', () => {
      for (const [text, value] of good) expect(from({ [name]: text })[field]).toEqual(value);
    });

    it('changes nothing else', () => {
      for (const [text] of good) {
        const changed = from({ [name]: text });
        const others = (config: Config) =>
          VARIABLES.filter((other) => other.name !== name).map((other) => config[other.field]);
        // Being in production changes the default of GATEWAYS as well: told below.
        if (text !== 'production') expect(others(changed)).toEqual(others(from({})));
      }
    });

    if (bad.length > 0) {
      it('refuses the rest in one line that says name, value and what was expected', () => {
        const isAddress = /_(URL|ENDPOINT)$/.test(name);
        for (const text of bad) {
          const shown = isAddress ? '(hidden)' : text;
          expect(complaintAbout({ [name]: text })).toBe(`${name}=${shown} is not valid: expected ${expected}.`);
        }
      });
    }
  });

  it('never shows a password, not even in a wrong address', () => {
    for (const name of ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'REDIS_URL', 'REDIS_CACHE_URL'])
      expect(complaintAbout({ [name]: 'ftp://user:hunter2@host/hunter2' })).not.toContain('hunter2');
  });

  it('can be told the addresses of a server that has just been started, and keeps the rest', () => {
    const before = from({ PORT: '8001', PAYOUT_PROCESSING_TIMEOUT_SECONDS: '6', DATABASE_POOL_SIZE: '4' });
    const after = before.withDatabase('postgres://app@127.0.0.1:5433/bahi', 'postgres://owner@127.0.0.1:5433/bahi');
    expect(after).toMatchObject({
      databaseUrl: 'postgres://app@127.0.0.1:5433/bahi',
      migrationDatabaseUrl: 'postgres://owner@127.0.0.1:5433/bahi',
    });
    for (const { field } of VARIABLES)
      if (field !== 'databaseUrl' && field !== 'migrationDatabaseUrl') expect(after[field]).toEqual(before[field]);
    expect(after.gatewayTimeoutSeconds).toBe(2);
    expect(after).toBeInstanceOf(Config);
    expect([before.databaseUrl, before.migrationDatabaseUrl]).toEqual([null, null]);
  });

  it.each(['prefer', 'allow', 'required', 'no-verify'])('does not take sslmode=%s, and says what it takes', (mode) => {
    expect(complaintAbout({ DATABASE_URL: `postgres://app:hunter2@db/bahi?sslmode=${mode}` })).toBe(
      `DATABASE_URL=…sslmode=${mode} is not valid: expected one of disable, require, verify-ca, verify-full.`,
    );
  });

  it('looks whether the file of authorities is there', () => {
    const url = 'postgres://app:hunter2@db/bahi?sslmode=verify-full&sslrootcert=/nowhere.crt';
    expect(complaintAbout({ DATABASE_URL: url })).toBe(
      'DATABASE_URL=…sslrootcert=/nowhere.crt is not valid: expected a file with certificates.',
    );
  });

  it('names the first variable that is wrong', () => {
    expect(complaintAbout({ PAYOUT_MAX_RETRIES: 'x', PORT: 'y' })).toMatch(/^PORT=y /);
  });

  it('enables no gateway in production that was not named: a simulator would take real money for paid', () => {
    expect(from({ NODE_ENV: 'production' }).gateways).toEqual([]);
    expect(from({ NODE_ENV: 'production', GATEWAYS: 'razorpayx' }).gateways).toEqual(['razorpayx']);
  });

  it.each([
    ['30', 10],
    ['86400', 10],
    ['31', 10],
    ['29', 29 / 3],
    ['1', 1 / 3],
  ])('ends a call to a bank well before recovery asks about it: time-out %s s, call %d s', (timeout, seconds) => {
    const { gatewayTimeoutSeconds } = from({ PAYOUT_PROCESSING_TIMEOUT_SECONDS: timeout });
    expect(gatewayTimeoutSeconds).toBeCloseTo(seconds, 10);
    expect(gatewayTimeoutSeconds).toBeLessThan(Number(timeout));
  });
});
