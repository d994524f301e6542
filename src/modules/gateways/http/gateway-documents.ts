import { ApiProperty } from '../../../platform/http/http.public.js';
import type { GatewayReport } from '../domain/availability.js';
import type { BankCapabilities } from '../domain/bank-gateway.js';
import { type LastHour, lastHourOf } from '../domain/last-hour.js';
import { limitsOf } from '../domain/transfer-modes.js';
import type { ProviderCapabilities } from '../domain/payment-gateway.js';
import type { RoutingRule } from '../domain/routing.js';
import { TRANSFER_MODES } from '../gateways.language.js';

class ModeDocument {
  @ApiProperty({ enum: TRANSFER_MODES }) mode!: string;
  @ApiProperty({ type: 'integer', nullable: true }) min_amount_paise!: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) max_amount_paise!: number | null;
}

class TrialDocument {
  @ApiProperty({ format: 'uuid', description: 'The payout, payment or refund whose submission tests the gateway.' })
  order_id!: string;
  @ApiProperty({ format: 'date-time', description: 'From then on another order may test it.' }) until!: string;
}

class ClosedByHandDocument {
  @ApiProperty({ example: 'operator:0198…' }) by!: string;
  @ApiProperty() reason!: string;
  @ApiProperty({ format: 'date-time' }) at!: string;
}

class ResultsDocument {
  @ApiProperty({ type: 'integer', description: 'Orders submitted in the last five minutes. Each counts once.' })
  orders!: number;
  @ApiProperty({
    type: 'integer',
    description: 'How many of these orders got an answer without an outcome, such as a 5xx.',
  })
  failed!: number;
  @ApiProperty({ type: 'integer', description: 'How many of these orders got no answer at all.' }) silent!: number;
  @ApiProperty({ type: 'integer', description: 'How many merchants these orders belong to.' }) merchants!: number;
}

class LastHourDocument {
  @ApiProperty({ type: 'integer', description: 'Submissions that ended in the last hour, counted by whole minutes.' })
  submissions!: number;
  @ApiProperty({ type: 'integer' }) succeeded!: number;
  @ApiProperty({ type: 'integer', description: 'The gateway has accepted these and has not decided yet.' })
  pending!: number;
  @ApiProperty({ type: 'integer' }) rejected!: number;
  @ApiProperty({
    type: 'integer',
    description: 'These ended without an outcome, for example with a time-out or a 5xx.',
  })
  unanswered!: number;
  @ApiProperty({
    type: 'number',
    nullable: true,
    example: 91.67,
    description: 'The share of all submissions that succeeded or are pending.',
  })
  success_share_percent!: number | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 200,
    description: 'Half of the submissions took no longer than this. Rounded up to a step.',
  })
  latency_p50_ms!: number | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 1_000,
    description: '95 % of the submissions took no longer than this. Rounded up to a step.',
  })
  latency_p95_ms!: number | null;
}

export class GatewayDocument {
  @ApiProperty({ example: 'bank-simulator' }) name!: string;
  @ApiProperty({
    enum: ['bank', 'payment_provider'],
    description: '`bank`: money leaves through it. `payment_provider`: money comes in through it.',
  })
  kind!: string;
  @ApiProperty({ type: [ModeDocument], description: 'Only for a bank.' }) modes!: ModeDocument[];
  @ApiProperty({ type: [String], example: ['INR'], description: 'ISO 4217. For a bank, rupees only.' })
  currencies!: readonly string[];
  @ApiProperty() idempotent_submission!: boolean;
  @ApiProperty() can_be_inquired!: boolean;
  @ApiProperty() authoritative_inquiry!: boolean;
  @ApiProperty() sends_callbacks!: boolean;
  @ApiProperty() can_cancel!: boolean;
  @ApiProperty({ description: 'Only for a bank: whether the books can be compared with its list of orders.' })
  can_list_orders!: boolean;
  @ApiProperty({
    description: 'Only for a bank: whether an order that is missing from its list was certainly never accepted.',
  })
  authoritative_list!: boolean;
  @ApiProperty() is_paused!: boolean;
  @ApiProperty({ type: String, nullable: true }) paused_reason!: string | null;
  @ApiProperty({
    enum: ['closed', 'open', 'half_open'],
    description: 'While it is `open`, nothing new is sent to the gateway.',
  })
  breaker!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) breaker_open_until!: string | null;
  @ApiProperty({
    type: TrialDocument,
    nullable: true,
    description: 'The order that tests the gateway while its breaker is half open.',
  })
  breaker_trial!: TrialDocument | null;
  @ApiProperty({
    type: ClosedByHandDocument,
    nullable: true,
    description: 'Who closed the breaker by hand. Null: nobody did, or it has closed by itself since then.',
  })
  breaker_closed_by_hand!: ClosedByHandDocument | null;
  @ApiProperty({
    type: ResultsDocument,
    description: 'What the breaker is judged by. Starts again from zero when the breaker is closed.',
  })
  breaker_results!: ResultsDocument;

  @ApiProperty({ type: LastHourDocument, description: 'The submissions of all processes together.' })
  last_hour!: LastHourDocument;
}

export class RoutingRuleDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ type: 'integer' }) priority!: number;
  @ApiProperty({ example: 'bank-simulator' }) gateway!: string;
  @ApiProperty() is_enabled!: boolean;
  @ApiProperty({ enum: TRANSFER_MODES, nullable: true }) mode!: string | null;
  @ApiProperty({ type: 'integer', nullable: true }) min_amount_paise!: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) max_amount_paise!: number | null;
  @ApiProperty({ type: String, nullable: true, example: 'HDFC' }) beneficiary_bank!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) merchant_id!: string | null;
  @ApiProperty({ type: 'integer' }) percentage!: number;
  @ApiProperty({ example: 'operator:0198…' }) updated_by!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;
}

export function gatewayView(
  { name, capabilities }: { readonly name: string; readonly capabilities: BankCapabilities | ProviderCapabilities },
  reports: readonly GatewayReport[],
  traffic: ReadonlyMap<string, LastHour>,
): GatewayDocument {
  const state = reports.find(({ gateway }) => gateway === name);
  const isBank = 'modes' in capabilities;
  return {
    name,
    kind: isBank ? 'bank' : 'payment_provider',
    modes: isBank ? modesOf(capabilities) : [],
    currencies: isBank ? ['INR'] : capabilities.currencies,
    idempotent_submission: capabilities.idempotentSubmission,
    can_be_inquired: capabilities.canBeInquired,
    authoritative_inquiry: capabilities.authoritativeInquiry,
    sends_callbacks: capabilities.sendsCallbacks,
    can_cancel: isBank && capabilities.canCancel,
    can_list_orders: isBank && capabilities.canListOrders,
    authoritative_list: isBank && capabilities.authoritativeList,
    is_paused: state?.isPaused ?? false,
    paused_reason: state?.pausedReason ?? null,
    breaker: state?.breaker ?? 'closed',
    breaker_open_until: state?.openUntil?.toISOString() ?? null,
    breaker_trial: trialOf(state),
    breaker_closed_by_hand: closedOf(state),
    breaker_results: state?.results ?? { orders: 0, failed: 0, silent: 0, merchants: 0 },
    last_hour: lastHourView(traffic.get(name) ?? lastHourOf([])),
  };
}

function lastHourView({ successSharePercent, latencyP50Ms, latencyP95Ms, ...counts }: LastHour): LastHourDocument {
  return {
    ...counts,
    success_share_percent: successSharePercent,
    latency_p50_ms: latencyP50Ms,
    latency_p95_ms: latencyP95Ms,
  };
}

function closedOf(state: GatewayReport | undefined): ClosedByHandDocument | null {
  const closed = state?.closed ?? null;
  return closed === null ? null : { ...closed, at: closed.at.toISOString() };
}

function trialOf(state: GatewayReport | undefined): TrialDocument | null {
  const { trialOrder = null, trialUntil = null } = state ?? {};
  return trialOrder === null || trialUntil === null ? null : { order_id: trialOrder, until: trialUntil.toISOString() };
}

function modesOf(capabilities: BankCapabilities): ModeDocument[] {
  return TRANSFER_MODES.flatMap((mode) => {
    const limits = limitsOf(capabilities, mode);
    if (limits === null) return [];
    const min = paise(limits.minPaise);
    const max = paise(limits.maxPaise);
    return [{ mode, min_amount_paise: min, max_amount_paise: max }];
  });
}

export function ruleView(rule: RoutingRule): RoutingRuleDocument {
  return {
    id: rule.id,
    priority: rule.priority,
    gateway: rule.gateway,
    is_enabled: rule.isEnabled,
    mode: rule.mode,
    min_amount_paise: paise(rule.minAmountPaise),
    max_amount_paise: paise(rule.maxAmountPaise),
    beneficiary_bank: rule.beneficiaryBank,
    merchant_id: rule.merchantId,
    percentage: rule.percentage,
    updated_by: rule.updatedBy,
    created_at: rule.createdAt.toISOString(),
    updated_at: rule.updatedAt.toISOString(),
  };
}

function paise(amount: bigint | null | undefined): number | null {
  return amount === null || amount === undefined ? null : Number(amount);
}
