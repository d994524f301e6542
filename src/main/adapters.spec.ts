import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Sql } from '../platform/database/sql.js';
import { StartupError } from '../platform/config/startup-error.js';
import { enabledGateways, openEnabledBanks } from '../modules/gateways/application/enabled-gateways.js';
import { StripeSettings } from '../modules/gateways/gateways.settings.js';
import { gatewayAdapters } from './adapters.js';
import { configFrom } from './settings.js';

const noDatabase: Sql = { query: () => Promise.reject(new Error('a start calls no bank')) };
function namesFor(env: NodeJS.ProcessEnv): string[] {
  const config = configFrom(env);
  return openEnabledBanks(enabledGateways(config), gatewayAdapters(config, noDatabase)).map((bank) => bank.name);
}

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
    expect(start).toThrow(/^GATEWAYS names bank-simulater, which is not known: expected .*bank-simulator, .*stripe\.$/);
  });

  it.each([
    { NODE_ENV: 'production' },
    { NODE_ENV: 'production', GATEWAYS: 'stripe' },
    { GATEWAYS: 'payment-simulator' },
  ])('is refused in one line when payouts could not be sent: %j', (env) => {
    expect(() => namesFor(env)).toThrow(StartupError);
    expect(() => namesFor(env)).toThrow(/^GATEWAYS names no bank, so no payout could be sent: add .*\.$/);
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
      new StartupError('GATEWAYS enables toy-bank, which needs TOY_BANK_KEY: set them, or take it out.'),
    );
  });

  it('is refused with the names of all that is missing', () => {
    expect(() => namesFor({ GATEWAYS: 'toy-bank', TOY_BANK_KEY: 'key' })).toThrow(
      new StartupError(
        'GATEWAYS enables toy-bank, which needs TOY_BANK_URL and TOY_BANK_CALLBACK_SECRET: set them, or take it out.',
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
});
