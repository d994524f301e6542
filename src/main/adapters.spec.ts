import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Sql } from '../platform/database/statements/sql.js';
import type { SettingsGroup } from '../platform/config/settings.js';
import { StartupError } from '../platform/config/startup-error.js';
import { enabledGateways, openEnabledBanks } from '../modules/gateways/application/enabled-gateways.js';
import {
  CashfreeSettings,
  RazorpayXSettings,
  StripeSettings,
  ToyBankSettings,
} from '../modules/gateways/gateways.settings.js';
import { gatewayAdapters } from './adapters.js';
import { configFrom } from './settings.js';

const noDatabase: Sql = { query: () => Promise.reject(new Error('a start calls no bank')) };
function namesFor(env: NodeJS.ProcessEnv): string[] {
  const config = configFrom(env);
  return openEnabledBanks(enabledGateways(config), gatewayAdapters(config, noDatabase)).map((bank) => bank.name);
}

const RAZORPAYX = { RAZORPAYX_KEY_ID: 'rzp_live_1', RAZORPAYX_KEY_SECRET: 's', RAZORPAYX_ACCOUNT_NUMBER: '7' };

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  const ignore = (): void => undefined;
  Logger.overrideLogger({
    log: ignore,
    error: ignore,
    warn: (message: unknown) => void warnings.push(String(message)),
  });
});
afterEach(() => Logger.overrideLogger(['error', 'warn', 'log']));

describe('the start of the gateways', () => {
  it('enables the simulator when GATEWAYS is not set', () => {
    expect(namesFor({})).toEqual(['bank-simulator']);
  });

  it('enables what GATEWAYS names, in its order, and leaves payment gateways to payments', () => {
    const GATEWAYS = 'always-fails,payment-simulator,bank-simulator,always-succeeds';
    expect(namesFor({ GATEWAYS })).toEqual(['always-fails', 'bank-simulator', 'always-succeeds']);
    expect(warnings).toEqual([]);
  });

  it('is refused in one line for a name that nobody knows', () => {
    const start = (): unknown => namesFor({ GATEWAYS: 'bank-simulator,bank-simulater' });
    expect(start).toThrow(StartupError);
    expect(start).toThrow(
      /^GATEWAYS names bank-simulater, which is unknown\. Known gateways: .*bank-simulator, .*stripe\.$/,
    );
  });

  it.each([
    { NODE_ENV: 'production' },
    { NODE_ENV: 'production', GATEWAYS: 'stripe' },
    { GATEWAYS: 'payment-simulator' },
  ])('is refused in one line when payouts could not be sent: %j', (env) => {
    expect(() => namesFor(env)).toThrow(StartupError);
    expect(() => namesFor(env)).toThrow(/^GATEWAYS names no bank, so no payout could be sent\. Add .*\.$/);
  });

  it('warns in production of each bank that moves no real money', () => {
    namesFor({ NODE_ENV: 'production', GATEWAYS: 'bank-simulator,always-succeeds' });
    expect(warnings).toEqual([expect.stringContaining('bank-simulator'), expect.stringContaining('always-succeeds')]);
  });

  const TOY_BANK = {
    GATEWAYS: 'toy-bank',
    TOY_BANK_URL: 'https://bank.example/',
    TOY_BANK_KEY: 'key',
    TOY_BANK_CALLBACK_SECRET: 'secret',
  };

  it('opens a bank with the settings that begin with its name, and is refused when something of it is missing', () => {
    expect(namesFor(TOY_BANK)).toEqual(['toy-bank']);
    expect(() => namesFor({ ...TOY_BANK, TOY_BANK_KEY: '' })).toThrow(
      new StartupError('GATEWAYS enables toy-bank, which needs TOY_BANK_KEY. Set them, or remove it.'),
    );
  });

  it('is refused with the names of all that is missing', () => {
    expect(() => namesFor({ GATEWAYS: 'toy-bank', TOY_BANK_KEY: 'key' })).toThrow(
      new StartupError(
        'GATEWAYS enables toy-bank, which needs TOY_BANK_URL and TOY_BANK_CALLBACK_SECRET. Set them, or remove it.',
      ),
    );
  });

  it('looks at nothing that a gateway would read that is not enabled', () => {
    expect(namesFor({ ...TOY_BANK, STRIPE_URL: 'nonsense', BANK_SIMULATOR_FAULT_RATE: '5%' })).toEqual(['toy-bank']);
  });

  it.each([
    ['TOY_BANK_URL', 'bank.example'],
    ['TOY_BANK_URL', 'ftp://bank.example'],
    ['TOY_BANK_URL', 'https://bank.example?a=b'],
    ['TOY_BANK_URL', 'https://user@bank.example'],
    ['BANK_SIMULATOR_FAULT_RATE', '5%'],
    ['BANK_SIMULATOR_FAULT_RATE', '1.1'],
  ])('is refused for a value that cannot be right: %s=%s', (name, value) => {
    const env = { ...TOY_BANK, GATEWAYS: 'toy-bank,bank-simulator', [name]: value };
    expect(() => namesFor(env)).toThrow(StartupError);
    expect(() => namesFor(env)).toThrow(name);
  });

  it('never shows a password in a wrong address', () => {
    expect(() => namesFor({ ...TOY_BANK, TOY_BANK_URL: 'https://user:hunter2@bank.example' })).toThrow(
      new StartupError('TOY_BANK_URL=(hidden) is not valid: expected an address such as https://bank.example.'),
    );
  });
});

describe('the settings of a gateway', () => {
  const KEYS = { STRIPE_SECRET_KEY: 'sk_live', STRIPE_WEBHOOK_SECRET: 'whsec_new, whsec_old' };

  it('have the address that its documentation names, unless another one is set', () => {
    expect(configFrom(KEYS).get(StripeSettings).url).toBe('https://api.stripe.com');
    expect(configFrom({ ...KEYS, STRIPE_URL: 'http://127.0.0.1:9/api/' }).get(StripeSettings).url).toBe(
      'http://127.0.0.1:9/api',
    );
  });

  it('hold both secrets while one replaces another', () => {
    expect(configFrom(KEYS).get(StripeSettings).webhookSecrets).toEqual(['whsec_new', 'whsec_old']);
  });

  const SECRETS = [
    ['STRIPE_WEBHOOK_SECRET', StripeSettings, { STRIPE_SECRET_KEY: 'sk_live' }],
    ['RAZORPAYX_WEBHOOK_SECRET', RazorpayXSettings, RAZORPAYX],
    ['CASHFREE_CLIENT_SECRET', CashfreeSettings, { CASHFREE_CLIENT_ID: 'id' }],
    ['TOY_BANK_CALLBACK_SECRET', ToyBankSettings, { TOY_BANK_URL: 'http://127.0.0.1', TOY_BANK_KEY: 'k' }],
  ] as const satisfies readonly (readonly [string, SettingsGroup, object])[];
  const LONG = '0123456789abcdef';

  it.each(SECRETS)('hold several secrets, and none that is empty: %s', (name, group, others) => {
    const read = (secrets: string): unknown => configFrom({ ...others, [name]: secrets }).get<object>(group);
    expect(Object.values(read(`${LONG}, ${LONG}2`) as object)).toContainEqual([LONG, `${LONG}2`]);
    for (const secrets of [`${LONG},`, `,${LONG}`, `${LONG}, ,${LONG}`, ','])
      expect(() => read(secrets)).toThrow(
        new StartupError(`${name}=(hidden) is not valid: expected secrets with commas, and none empty.`),
      );
    expect(() => read(`${LONG},${LONG}2, ${LONG}`)).toThrow(/expected secrets with commas, each of them once/);
    for (const quote of ['"', "'"])
      expect(() => read(`${LONG},${quote}first half,second half${quote}`)).toThrow(
        /expected secrets with commas, and none in quotation marks/,
      );
    expect(warnings).toEqual([]);
  });

  it.each(SECRETS)('warn once of a secret that is too short: %s', (name, group, others) => {
    const config = configFrom({ ...others, [name]: `${LONG},0123456789abcde` });
    config.get<object>(group);
    config.get<object>(group);
    const short = `${name} has a secret of fewer than 16 characters, which the next release refuses`;
    expect(warnings).toEqual([`${short} (what is between two commas is a secret).`]);
    configFrom({ ...others, [name]: '0123456789abcde' }).get<object>(group);
    expect(warnings.at(-1)).toBe(`${short}.`);
  });
});
