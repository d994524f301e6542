import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Metrics } from '../../metrics/metrics.js';
import { RateLimited, Unauthenticated } from '../problems/refusals.js';
import { addressIn, sourceOf, WrongKeys } from './wrong-keys.js';

const KEY = `bahi_merchant_${'Secret0'.repeat(6)}X`;
const REFUSAL = new Unauthenticated('No.');

let lines: { msg: string; client: string; key: string }[];
let time: number;
let wrongKeys: WrongKeys;

beforeEach(() => {
  lines = [];
  time = 1_000_000;
  const line = (entry: (typeof lines)[number]) => lines.push(entry);
  Logger.overrideLogger({ log: () => undefined, error: () => undefined, warn: line });
  wrongKeys = new WrongKeys(new Metrics(), { wrongKeysPerMinute: 2 }, () => time);
});

afterEach(() => Logger.overrideLogger(false));

const noteFrom = (ip: string | undefined, key: string | null = KEY) =>
  wrongKeys.note({ id: 'r1', ip } as FastifyRequest, key, REFUSAL);

describe('wrong keys of one address', () => {
  it('are 401 as long as they are few, and then 429 until the minute has passed', () => {
    expect([noteFrom('192.0.2.1'), noteFrom('192.0.2.1')]).toEqual([REFUSAL, REFUSAL]);
    time += 20_001;
    expect(noteFrom('192.0.2.1')).toMatchObject({ problem: { code: 'rate_limited' }, retryAfterSeconds: 40 });
    time += 39_999;
    expect(noteFrom('192.0.2.1')).toBe(REFUSAL);
  });

  it('are none of another address, and of no known one are those of one', () => {
    for (let i = 0; i < 3; i++) noteFrom('192.0.2.1');
    expect(noteFrom('192.0.2.2')).toBe(REFUSAL);
    for (const ip of [undefined, 'x'.repeat(5_000)]) noteFrom(ip);
    expect(noteFrom('')).toBeInstanceOf(RateLimited);
  });

  it('are forgotten before there are too many addresses to remember, the quietest first', () => {
    const first = '10.0.0.1';
    for (let i = 0; i < 3; i++) noteFrom(first);
    const others = (count: number) => {
      for (let i = 0; i < count; i++) noteFrom(`2001:db8:${(i >> 8).toString(16)}:${(i & 255).toString(16)}::1`);
    };
    others(9_999);
    expect(noteFrom(first)).toBeInstanceOf(RateLimited);
    others(10_000);
    expect(noteFrom(first)).toBe(REFUSAL);
  });
});

describe('the log of wrong keys', () => {
  it('has the address and how the key begins', () => {
    noteFrom('192.0.2.1');
    noteFrom('no address', 'short-password');
    noteFrom('::1', null);
    expect(lines).toEqual([
      { msg: 'wrong API key', client: '192.0.2.1', key: 'bahi_merchant_Secr…', request_id: 'r1' },
      { msg: 'wrong API key', client: 'unknown', key: 'shor…', request_id: 'r1' },
      { msg: 'wrong API key', client: '::1', key: 'malformed', request_id: 'r1' },
    ]);
  });

  it('has three lines of one address in a minute, and one when further keys are answered 429', () => {
    for (let i = 0; i < 100; i++) noteFrom('192.0.2.1');
    noteFrom('192.0.2.2');
    const all = lines.map(({ msg, client }) => [msg.slice(0, 13), client]);
    const wrong = ['wrong API key', '192.0.2.1'];
    expect(all).toEqual([wrong, wrong, wrong, ['many wrong AP', '192.0.2.1'], ['wrong API key', '192.0.2.2']]);
  });

  it('is bounded per minute, and says how many it has left out', () => {
    for (let i = 0; i < 100; i++) noteFrom(`192.0.2.${i}`);
    expect(lines).toHaveLength(30);
    time += 60_000;
    noteFrom('192.0.2.1');
    expect(lines.slice(30)).toEqual(['70 more wrong API keys were not logged', expect.objectContaining({})]);
  });
});

describe('whose an address is', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
    ['64:ff9b:0:7:0:0:192.0.2.1', '64:ff9b:0:7::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1:2:3:4%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['192.0.2.1:51234', '192.0.2.1'],
    ['[2001:db8::9]:443', '2001:db8:0:0::/64'],
    ['"[2001:db8::9]"', '2001:db8:0:0::/64'],
    ['', 'unknown'],
    ['192.0.2.1, 10.0.0.1', 'unknown'],
  ])('of %s', (ip, source) => expect(sourceOf(addressIn(ip))).toBe(source));
});
