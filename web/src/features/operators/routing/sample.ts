import { queryOptions } from '@tanstack/react-query';
import { previewRouting } from '../../../api/generated/sdk.gen.ts';
import type { PreviewRoutingBody, RoutingRuleDocument } from '../../../api/generated/types.gen.ts';
import { type AmountRefusal, parseRupees } from '../../../money/parse.ts';
import { wireOf } from '../../../money/paise.ts';
import { MODES, type RuleBody } from './rule-draft.ts';

/** A sample payout, which is never made, as the fields contain it. */
export interface Sample {
  readonly amount: string;
  /** Empty: the default mode of such a payout. */
  readonly mode: string;
  readonly paysTo: 'account' | 'vpa';
  readonly ifsc: string;
}

export const FIRST_SAMPLE: Sample = { amount: '1,000.00', mode: '', paysTo: 'account', ifsc: '' };

export type ReadSample =
  | { readonly ok: true; readonly body: PreviewRoutingBody }
  | { readonly ok: false; readonly amount?: AmountRefusal; readonly ifsc?: 'wrong' };

const WRONG = 'wrong' as const;
const IFSC = /^[A-Z]{4}0[A-Z0-9]{6}$/;

export function readSample({ amount, mode, paysTo, ifsc }: Sample): ReadSample {
  const parsed = parseRupees(amount);
  const code = ifsc.trim().toUpperCase();
  const hasIfsc = paysTo === 'vpa' || code === '' || IFSC.test(code);
  if (!parsed.ok) return { ok: false, amount: parsed.refusal, ...(hasIfsc ? {} : { ifsc: WRONG }) };
  if (!hasIfsc) return { ok: false, ifsc: WRONG };
  return {
    ok: true,
    body: {
      amount_paise: wireOf(parsed.paise),
      mode: MODES.find((one) => one === mode) ?? null,
      to_vpa: paysTo === 'vpa',
      ifsc: paysTo === 'vpa' ? null : code || null,
    },
  };
}

type PreviewedRule = NonNullable<PreviewRoutingBody['rules']>[number];

/** The stored rules, with the edited one in its place or a new one added. */
export function editedRules(
  stored: readonly RoutingRuleDocument[],
  id: string | null,
  body: RuleBody,
  banks: readonly string[],
): PreviewedRule[] {
  const edited: PreviewedRule = { ...body, id };
  const rules = stored
    // A preview refuses a bank that is no longer switched on, and no rule can choose it.
    .filter((rule) => rule.id === id || banks.includes(rule.gateway))
    .map(({ created_at: _at, updated_at: _then, updated_by: _by, ...rule }): PreviewedRule =>
      // It keeps its place: of two rules with the same priority the older one is checked first.
      rule.id === id ? edited : rule,
    );
  return id === null ? [...rules, edited] : rules;
}

/** Where such a payout would go now; asking changes nothing. */
export const routingPreview = (body: PreviewRoutingBody) =>
  queryOptions({
    queryKey: ['routing-preview', body],
    queryFn: ({ signal }) => previewRouting({ body, signal }),
  });
