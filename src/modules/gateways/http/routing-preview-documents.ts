import { ApiProperty } from '../../../platform/http/http.public.js';
import { WAITING_FOR_GATEWAY } from '../../../shared/submissions/waiting.js';
import { PASSED_OVER, type PassedOver, type RoutingPreview } from '../domain/routing-preview.js';
import { TRANSFER_MODES } from '../gateways.language.js';

class RoutingOutcomeDocument {
  @ApiProperty({ type: String, nullable: true, description: 'Null: the payout would wait.' }) gateway!: string | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The position of the rule in `rules` that decides. Null: no rule does.',
  })
  rule!: number | null;
  @ApiProperty({ example: 25, description: 'The share of such payouts that end up here. All outcomes add up to 100.' })
  share_percent!: number;
  @ApiProperty({ enum: WAITING_FOR_GATEWAY, nullable: true }) waiting_for!: string | null;
}

class JudgedDocument {
  @ApiProperty({ enum: ['taken', 'passed_over'] }) decision!: string;
  @ApiProperty({ enum: PASSED_OVER, nullable: true, description: 'Why it is passed over. Null: it is not.' }) reason!:
    string | null;
  @ApiProperty({ example: 'The rule is for another mode.' }) detail!: string;
}

class JudgedRuleDocument extends JudgedDocument {
  @ApiProperty({ type: 'integer', description: 'The position of the rule; the rule at 0 is tried first.' })
  rule!: number;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: the rule is not stored.' })
  id!: string | null;
  @ApiProperty({ type: 'integer' }) priority!: number;
  @ApiProperty({ example: 'bank-simulator' }) gateway!: string;
  @ApiProperty({ type: 'integer' }) percentage!: number;
}

class JudgedGatewayDocument extends JudgedDocument {
  @ApiProperty({ example: 'bank-simulator' }) gateway!: string;
}

export class RoutingPreviewDocument {
  @ApiProperty({ enum: TRANSFER_MODES }) mode!: string;
  @ApiProperty({ type: [RoutingOutcomeDocument] }) outcomes!: RoutingOutcomeDocument[];
  @ApiProperty({ type: [JudgedRuleDocument] }) rules!: JudgedRuleDocument[];
  @ApiProperty({ type: [JudgedGatewayDocument] }) gateways!: JudgedGatewayDocument[];
}

const WHY: Readonly<Record<PassedOver, string>> = {
  disabled: 'The rule is switched off.',
  mode_differs: 'The rule is for another mode.',
  amount_below: 'The amount is below the rule’s minimum.',
  amount_above: 'The amount is above the rule’s maximum.',
  bank_differs: 'The rule is for recipients at another bank.',
  merchant_differs: 'The rule is for another merchant.',
  gateway_not_enabled: 'The gateway is not enabled.',
  mode_not_offered: 'The gateway does not offer the mode.',
  amount_not_carried: 'The gateway does not accept this amount in this mode.',
  gateway_paused: 'The gateway is paused.',
  gateway_unavailable: 'The gateway’s circuit breaker is open.',
  earlier_rule: 'Earlier rules take all such payouts.',
  no_rule: 'No rule leads to it, and another bank is preferred.',
};

export function routingPreviewView({ mode, outcomes, rules, gateways }: RoutingPreview): RoutingPreviewDocument {
  return {
    mode,
    outcomes: outcomes.map(({ gateway, rule, sharePercent, waitingFor }) => ({
      gateway,
      rule,
      share_percent: Math.round(sharePercent * 100) / 100,
      waiting_for: waitingFor,
    })),
    rules: rules.map(({ rule: { id, priority, gateway, percentage }, passedOver }, place) => ({
      rule: place,
      id,
      priority,
      gateway,
      percentage,
      ...judgedView(passedOver, `It gets ${percentage} % of the payouts that reach it.`),
    })),
    gateways: gateways.map(({ gateway, passedOver }) => ({
      gateway,
      ...judgedView(passedOver, 'Such payouts go there.'),
    })),
  };
}

function judgedView(passedOver: PassedOver | null, taken: string): JudgedDocument {
  return passedOver === null
    ? { decision: 'taken', reason: null, detail: taken }
    : { decision: 'passed_over', reason: passedOver, detail: WHY[passedOver] };
}
