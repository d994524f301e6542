import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Answer, Client } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let operator: Client;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ environment: { GATEWAYS: 'bank-simulator,always-succeeds,always-fails' } });
  operator = bahi.asOperator();
  acme = await bahi.aMerchant();
});

afterAll(() => bahi.close());

const preview = (body: object, api = operator): Promise<Answer> => api.post('/routing-rules/preview', body);
const SAMPLE = { amount_paise: 50_000 };

describe('the preview of routing', () => {
  it('goes by the stored rules, and changes nothing', async () => {
    const stored = { priority: 5, gateway: 'always-succeeds', merchant_id: acme.id, percentage: 40 };
    const { id } = (await operator.post('/routing-rules', stored)).body;

    const { status, body } = await preview({ ...SAMPLE, merchant_id: acme.id });

    expect(status).toBe(200);
    expect(body).toEqual({
      mode: 'IMPS',
      outcomes: [
        { gateway: 'always-succeeds', rule: 0, share_percent: 40, waiting_for: null },
        { gateway: 'bank-simulator', rule: null, share_percent: 60, waiting_for: null },
      ],
      rules: [
        {
          ...{ rule: 0, id, priority: 5, gateway: 'always-succeeds', percentage: 40 },
          ...{ decision: 'taken', reason: null, detail: expect.any(String) },
        },
      ],
      gateways: [
        { gateway: 'bank-simulator', decision: 'taken', reason: null, detail: expect.any(String) },
        { gateway: 'always-succeeds', decision: 'taken', reason: null, detail: expect.any(String) },
        { gateway: 'always-fails', decision: 'passed_over', reason: 'no_rule', detail: expect.any(String) },
      ],
    });
    expect((await preview(SAMPLE)).body.rules[0]).toMatchObject({
      decision: 'passed_over',
      reason: 'merchant_differs',
    });
  });

  it('goes by proposed rules in their place, and by what is paused now', async () => {
    const rules = [
      { priority: 20, gateway: 'always-fails' },
      { priority: 10, gateway: 'always-succeeds', mode: 'IMPS', max_amount_paise: 60_000 },
    ];
    const outcome = async () => (await preview({ ...SAMPLE, ifsc: 'HDFC0000001', rules })).body.outcomes;
    expect(await outcome()).toMatchObject([{ gateway: 'always-succeeds', rule: 0, share_percent: 100 }]);

    await operator.patch('/gateways/always-succeeds', { is_paused: true, reason: 'A test.' });
    await until('it is passed over', async () => (await outcome())[0].gateway === 'always-fails');
    expect((await preview({ ...SAMPLE, rules })).body.rules).toMatchObject([
      { priority: 10, reason: 'gateway_paused' },
      { priority: 20, reason: null },
    ]);
    expect((await preview({ ...SAMPLE, rules: [] })).body.outcomes).toMatchObject([{ gateway: 'bank-simulator' }]);
    expect((await operator.get('/routing-rules')).body.results).toHaveLength(1);
  });

  it.each<[string, object, number, string, string | null]>([
    ['no amount', {}, 400, 'validation_failed', '#/amount_paise'],
    ['a mode that does not carry the amount', { ...SAMPLE, mode: 'RTGS' }, 422, 'mode_not_supported', null],
    ['a mode for accounts to a VPA', { ...SAMPLE, mode: 'IMPS', to_vpa: true }, 422, 'mode_not_supported', null],
    ['rules that are no list', { ...SAMPLE, rules: {} }, 400, 'validation_failed', '#/rules'],
    ['a rule that is no object', { ...SAMPLE, rules: ['a'] }, 400, 'validation_failed', '#/rules'],
    ['a rule in a list', { ...SAMPLE, rules: [[]] }, 400, 'validation_failed', '#/rules'],
    ['too many rules', { ...SAMPLE, rules: Array(101).fill({}) }, 400, 'validation_failed', '#/rules'],
    [
      'a rule without a priority',
      { ...SAMPLE, rules: [{ gateway: 'always-fails' }] },
      ...([400, 'validation_failed', '#/rules/0/priority'] as const),
    ],
    [
      'a gateway that is not enabled',
      {
        ...SAMPLE,
        rules: [
          { priority: 1, gateway: 'always-fails' },
          { priority: 2, gateway: 'stripe' },
        ],
      },
      ...([400, 'validation_failed', '#/rules/1/gateway'] as const),
    ],
    [
      'a range that is none',
      { ...SAMPLE, rules: [{ priority: 1, gateway: 'always-fails', min_amount_paise: 200, max_amount_paise: 100 }] },
      ...([400, 'validation_failed', '#/rules/0/max_amount_paise'] as const),
    ],
    [
      'a field that nobody knows',
      { ...SAMPLE, rules: [{ priority: 1, gateway: 'always-fails', gatway: 'x' }] },
      ...([400, 'validation_failed', '#/rules/0/gatway'] as const),
    ],
  ])('refuses %s', async (_, body, status, code, pointer) => {
    const answer = await preview(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    if (pointer !== null)
      expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it('pays to a VPA by UPI, and is the operators’', async () => {
    expect((await preview({ ...SAMPLE, to_vpa: true })).body.mode).toBe('UPI');
    expect((await preview(SAMPLE, acme.api)).body.code).toBe('forbidden');
  });
});
