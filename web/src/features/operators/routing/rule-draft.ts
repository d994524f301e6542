import type { RoutingRuleDocument } from '../../../api/generated/types.gen.ts';
import { formatAmount } from '../../../money/format.ts';
import { type AmountRefusal, parseRupees } from '../../../money/parse.ts';
import { paiseOf, wireOf } from '../../../money/paise.ts';

export type Mode = NonNullable<RoutingRuleDocument['mode']>;

export const MODES: readonly Mode[] = ['IMPS', 'NEFT', 'RTGS', 'UPI'];

/** A rule as the fields of a form contain it: text, with amounts in rupees. An empty field sets no condition. */
export interface RuleDraft {
  /** Null: a new rule. */
  readonly id: string | null;
  readonly isEnabled: boolean;
  readonly priority: string;
  readonly gateway: string;
  readonly mode: string;
  readonly min: string;
  readonly max: string;
  readonly bank: string;
  readonly merchantId: string;
  readonly share: string;
}

/** The rule as the API takes it. Null removes a condition. */
export interface RuleBody {
  readonly priority: number;
  readonly gateway: string;
  readonly is_enabled: boolean;
  readonly mode: Mode | null;
  readonly min_amount_paise: number | null;
  readonly max_amount_paise: number | null;
  readonly beneficiary_bank: string | null;
  readonly merchant_id: string | null;
  readonly percentage: number;
}

export type WrongField = 'priority' | 'min' | 'max' | 'bank' | 'merchantId' | 'share';

const WRONG = 'wrong' as const;

/** An amount says why it is wrong; the other fields can be wrong in one way only. */
export type Wrong = { readonly [Name in WrongField]?: AmountRefusal | typeof WRONG };

export type ReadDraft = { readonly ok: true; readonly body: RuleBody } | { readonly ok: false; readonly wrong: Wrong };

export function newDraft(gateway: string): RuleDraft {
  const none = { mode: '', min: '', max: '', bank: '', merchantId: '' };
  return { ...none, id: null, isEnabled: true, priority: '100', gateway, share: '100' };
}

export function draftOf(rule: RoutingRuleDocument): RuleDraft {
  const rupees = (paise: number | null): string => (paise === null ? '' : formatAmount(paiseOf(paise)));
  return {
    id: rule.id,
    isEnabled: rule.is_enabled,
    priority: String(rule.priority),
    gateway: rule.gateway,
    mode: rule.mode ?? '',
    min: rupees(rule.min_amount_paise),
    max: rupees(rule.max_amount_paise),
    bank: rule.beneficiary_bank ?? '',
    merchantId: rule.merchant_id ?? '',
    share: String(rule.percentage),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The rule if every field is valid for the API; otherwise which fields are wrong. */
export function readDraft(draft: RuleDraft): ReadDraft {
  const bank = draft.bank.trim().toUpperCase();
  const merchantId = draft.merchantId.trim().toLowerCase();
  const priority = wholeOf(draft.priority, 0, 1_000_000);
  const share = wholeOf(draft.share, 1, 100);
  const min = amountOf(draft.min);
  const max = amountOf(draft.max);
  const wrong: Wrong = {
    ...(priority === null ? { priority: WRONG } : {}),
    ...(share === null ? { share: WRONG } : {}),
    ...(typeof min === 'string' ? { min } : {}),
    ...(typeof max === 'string' ? { max } : {}),
    ...(bank === '' || /^[A-Z]{4}$/.test(bank) ? {} : { bank: WRONG }),
    ...(merchantId === '' || UUID.test(merchantId) ? {} : { merchantId: WRONG }),
  };
  if (priority === null || share === null || typeof min === 'string' || typeof max === 'string')
    return { ok: false, wrong };
  if (Object.keys(wrong).length > 0) return { ok: false, wrong };
  const body: RuleBody = {
    priority,
    gateway: draft.gateway,
    is_enabled: draft.isEnabled,
    mode: MODES.find((mode) => mode === draft.mode) ?? null,
    min_amount_paise: min,
    max_amount_paise: max,
    beneficiary_bank: bank || null,
    merchant_id: merchantId || null,
    percentage: share,
  };
  return { ok: true, body };
}

function amountOf(text: string): number | null | AmountRefusal {
  if (text.trim() === '') return null;
  const parsed = parseRupees(text);
  return parsed.ok ? wireOf(parsed.paise) : parsed.refusal;
}

function wholeOf(text: string, min: number, max: number): number | null {
  const number = /^\d{1,7}$/.test(text.trim()) ? Number(text) : NaN;
  return number >= min && number <= max ? number : null;
}
