import { describe, expect, it } from 'vitest';
import type { RoutingRuleDocument } from '../../../api/generated/types.gen.ts';
import { draftOf, newDraft, readDraft } from './rule-draft.ts';

const rule: RoutingRuleDocument = {
  id: '01980000-0000-7000-8000-00000000000a',
  priority: 10,
  gateway: 'razorpayx',
  is_enabled: true,
  mode: 'IMPS',
  min_amount_paise: 50_000,
  max_amount_paise: null,
  beneficiary_bank: 'HDFC',
  merchant_id: null,
  percentage: 25,
  updated_by: 'operator:01980000-0000-7000-8000-00000000000f',
  created_at: '2026-11-26T20:00:00.000Z',
  updated_at: '2026-11-26T20:00:00.000Z',
};

describe('a routing rule in a form', () => {
  it('is the stored one again when nothing was edited', () => {
    const { id: _id, updated_by: _by, created_at: _at, updated_at: _then, ...body } = rule;
    expect(readDraft(draftOf(rule))).toEqual({ ok: true, body });
  });

  it('has amounts in rupees, and paise in what is sent', () => {
    expect(draftOf(rule).min).toBe('500.00');
    const read = readDraft({ ...draftOf(rule), min: '1,00,000.50', max: '' });
    expect(read).toMatchObject({ ok: true, body: { min_amount_paise: 10_000_050, max_amount_paise: null } });
  });

  it('is narrowed by nothing where a field is empty', () => {
    expect(readDraft({ ...newDraft('bank-simulator'), priority: '0' })).toEqual({
      ok: true,
      body: {
        priority: 0,
        gateway: 'bank-simulator',
        is_enabled: true,
        percentage: 100,
        mode: null,
        min_amount_paise: null,
        max_amount_paise: null,
        beneficiary_bank: null,
        merchant_id: null,
      },
    });
  });

  it('says of each field what is wrong with it', () => {
    const draft = { ...newDraft('bank-simulator'), min: '1,0,0', max: '0', bank: 'HD', merchantId: 'acme' };
    expect(readDraft({ ...draft, priority: '1.5', share: '101' })).toEqual({
      ok: false,
      wrong: {
        priority: 'wrong',
        share: 'wrong',
        bank: 'wrong',
        merchantId: 'wrong',
        min: 'grouping',
        max: 'zero',
      },
    });
  });
});
