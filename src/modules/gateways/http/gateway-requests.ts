import { AmountPaise, Flag, Integer, OneOf, Text, Uuid } from '../../../platform/http/http.public.js';
import type { RuleFields } from '../application/change-routing.js';
import { TRANSFER_MODES, type TransferMode } from '../gateways.language.js';

const GATEWAY = { max: 60, only: /^[a-z][a-z0-9-]*$/, means: 'small letters, digits and dashes' };
const BANK = { min: 4, max: 4, only: /^[A-Z]{4}$/, means: 'the first four letters of an IFSC' };

/** The IFSC of a recipient. */
export const IFSC_TEXT = {
  min: 11,
  max: 11,
  only: /^[A-Z]{4}0[A-Z0-9]{6}$/,
  means: 'four capital letters, a zero, six capital letters or digits',
};

export class UpdateGatewayBody {
  @Flag({
    optional: true,
    description:
      'While a gateway is paused, nothing new is submitted to it. It is still asked about the orders that it has.',
  })
  is_paused?: boolean;

  @OneOf(['closed'], {
    optional: true,
    description: 'Closes the circuit breaker now. A breaker cannot be opened by hand.',
  })
  breaker?: 'closed';

  @Text({
    max: 500,
    optional: true,
    description: 'Required to pause the gateway and to close the breaker.',
    example: 'Maintenance until 22:00.',
  })
  reason?: string;
}

export class CreateRoutingRuleBody {
  @Integer({ min: 0, max: 1_000_000, description: 'Rules are tried in ascending order of priority.', example: 100 })
  priority!: number;

  @Text({ ...GATEWAY, description: 'The bank that gets the matching payouts.', example: 'bank-simulator' })
  gateway!: string;

  @Flag({ optional: true, description: 'If omitted: true.' })
  is_enabled?: boolean;

  @OneOf(TRANSFER_MODES, { optional: true })
  mode?: TransferMode;

  @AmountPaise({ optional: true, description: 'Matches payouts of this amount or more.' })
  min_amount_paise?: number;

  @AmountPaise({ optional: true, description: 'Matches payouts of this amount or less.' })
  max_amount_paise?: number;

  @Text({ ...BANK, optional: true, example: 'HDFC' })
  beneficiary_bank?: string;

  @Uuid({ optional: true, description: 'Matches only payouts of this merchant.' })
  merchant_id?: string;

  @Integer({
    min: 1,
    max: 100,
    optional: true,
    description: 'The share of the matching payouts that the rule applies to. If omitted: 100.',
  })
  percentage?: number;
}

/** A field that is left out stays as it is; null removes a condition. */
export class UpdateRoutingRuleBody {
  @Integer({ min: 0, max: 1_000_000, optional: true })
  priority?: number;

  @Text({ ...GATEWAY, optional: true })
  gateway?: string;

  @Flag({ optional: true })
  is_enabled?: boolean;

  @OneOf(TRANSFER_MODES, { optional: true })
  mode?: TransferMode | null;

  @AmountPaise({ optional: true })
  min_amount_paise?: number | null;

  @AmountPaise({ optional: true })
  max_amount_paise?: number | null;

  @Text({ ...BANK, optional: true })
  beneficiary_bank?: string | null;

  @Uuid({ optional: true })
  merchant_id?: string | null;

  @Integer({ min: 1, max: 100, optional: true })
  percentage?: number;
}

const NARROWED_BY_NOTHING = {
  isEnabled: true,
  mode: null,
  minAmountPaise: null,
  maxAmountPaise: null,
  beneficiaryBank: null,
  merchantId: null,
  percentage: 100,
} as const satisfies Partial<RuleFields>;

/** The rule that a request describes. */
export function ruleFieldsOf(body: CreateRoutingRuleBody): RuleFields {
  return { ...NARROWED_BY_NOTHING, priority: body.priority, gateway: body.gateway, ...given(body) };
}

/** The fields that the body names. Null removes a condition; for a field that every rule needs it changes nothing. */
export function given(body: UpdateRoutingRuleBody): Partial<RuleFields> {
  const { priority, gateway, is_enabled, percentage, mode, beneficiary_bank, merchant_id } = body;
  return {
    ...(typeof priority === 'number' ? { priority } : {}),
    ...(typeof gateway === 'string' ? { gateway } : {}),
    ...(typeof is_enabled === 'boolean' ? { isEnabled: is_enabled } : {}),
    ...(typeof percentage === 'number' ? { percentage } : {}),
    ...(mode === undefined ? {} : { mode }),
    ...(body.min_amount_paise === undefined ? {} : { minAmountPaise: paise(body.min_amount_paise) }),
    ...(body.max_amount_paise === undefined ? {} : { maxAmountPaise: paise(body.max_amount_paise) }),
    ...(beneficiary_bank === undefined ? {} : { beneficiaryBank: beneficiary_bank }),
    ...(merchant_id === undefined ? {} : { merchantId: merchant_id }),
  };
}

function paise(amount: number | null): bigint | null {
  return amount === null ? null : BigInt(amount);
}
