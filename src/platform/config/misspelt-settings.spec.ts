import { describe, expect, it } from '@jest/globals';
import { misspeltSettings } from './misspelt-settings.js';

const KNOWN = new Set(['PAYOUT_BANK_FAILURE_RATE', 'DATABASE_URL', 'REDIS_URL', 'HOST', 'PORT', 'LOG_LEVEL']);

const linesFor = (...names: string[]) => misspeltSettings(Object.fromEntries(names.map((name) => [name, 'x'])), KNOWN);

describe('a variable that is no setting', () => {
  it.each([
    ['PAYOUT_BANK_FAILURE_RATES', 'PAYOUT_BANK_FAILURE_RATE'],
    ['PAYOUT_BNAK_FAILUR_RATE', 'PAYOUT_BANK_FAILURE_RATE'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['REDIS_ULR', 'REDIS_URL'],
    ['LOGLEVEL', 'LOG_LEVEL'],
  ])('is named with the setting that it is near to: %s', (name, meant) => {
    expect(linesFor(name)).toEqual([`${name} is not a setting of Bahi: did you mean ${meant}?`]);
  });

  it.each(['PAYOUT_RATE_OF_FAILURE', 'GATEWAY_TIMEOUT', 'RAZORPAYX_SECRET'])(
    'is named when it begins as ours do: %s',
    (name) => expect(linesFor(name)).toEqual([`${name} is not a setting of Bahi.`]),
  );

  it.each(['PATH', 'HOSTS', 'POST', 'TEST_DATABASE_URL', 'LOGNAME', 'STRIPE_DEVICE_NAME', 'PGPASSWORD'])(
    'is none of our business when it is far from all of them: %s',
    (name) => expect(linesFor(name)).toEqual([]),
  );

  it.each(['PAYMENT_SERVICE_HOST', 'PAYOUT_SERVICE_PORT_HTTP', 'GATEWAY_PORT', 'GATEWAY_PORT_8000_TCP_ADDR'])(
    'is none of our business when it is the address of a service in a cluster: %s',
    (name) => expect(linesFor(name)).toEqual([]),
  );

  it('is not named when it is empty, nor is a setting', () => {
    expect(misspeltSettings({ DATABASE_URI: '', DATABASE_URL: 'x' }, KNOWN)).toEqual([]);
  });
});
