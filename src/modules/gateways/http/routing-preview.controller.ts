import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  AmountPaise,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  Flag,
  ListOf,
  OneOf,
  OperatorOnly,
  ProblemResponses,
  Text,
  Uuid,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { PreviewRouting } from '../application/preview-routing.js';
import { BankGateways } from '../application/bank-gateways.js';
import type { PreviewedRule } from '../domain/routing-preview.js';
import { ModeNotSupported } from '../domain/transfer-modes.js';
import { TRANSFER_MODES, type TransferMode } from '../gateways.language.js';
import { CreateRoutingRuleBody, IFSC_TEXT, ruleFieldsOf } from './gateway-requests.js';
import { RoutingPreviewDocument, routingPreviewView } from './routing-preview-documents.js';
import { ruleErrors } from './rule-errors.js';

class PreviewedRuleBody extends CreateRoutingRuleBody {
  @Uuid({ optional: true, description: 'The id of the stored rule that this one stands for. The answer repeats it.' })
  id?: string;
}

class PreviewRoutingBody {
  @AmountPaise({ description: 'In paise: 50000 is ₹500.00.', example: 50_000 }) amount_paise!: number;
  @OneOf(TRANSFER_MODES, {
    optional: true,
    description: 'If omitted: the mode that Bahi would choose for such a payout.',
  })
  mode?: TransferMode;

  @Uuid({ optional: true, description: 'If omitted: a merchant that no rule names.' }) merchant_id?: string;
  @Text({ ...IFSC_TEXT, optional: true, description: 'The IFSC of the recipient’s account.', example: 'HDFC0000001' })
  ifsc?: string;
  @Flag({ optional: true, description: 'True: the payout goes to a VPA and not to an account.' }) to_vpa?: boolean;
  @ListOf(() => PreviewedRuleBody, {
    max: 100,
    optional: true,
    description: 'Rules to use instead of the stored ones.',
  })
  rules?: PreviewedRuleBody[];
}

/** Shows where a payout would go. */
@ApiTags('Gateways')
@OperatorOnly()
@Controller('routing-rules/preview')
export class RoutingPreviewController {
  constructor(
    private readonly preview: PreviewRouting,
    private readonly banks: BankGateways,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'previewRouting',
    summary: 'Preview where a payout would go, by the stored rules or by the rules given',
    description:
      'Nothing is changed or sent. Because `percentage` is a share of payouts, there can be several outcomes. A ' +
      'gateway that is paused now, or whose breaker is open, is passed over, as it would be for a real payout.',
  })
  @ApiOkResponse({ type: RoutingPreviewDocument })
  @ProblemResponses(ValidationFailed, ModeNotSupported)
  async previewRouting(@Body() body: PreviewRoutingBody): Promise<RoutingPreviewDocument> {
    const rules = body.rules?.map((rule) => ({ id: rule.id ?? null, ...ruleFieldsOf(rule) })) ?? null;
    this.check(rules ?? []);
    const preview = await this.preview.execute({
      amountPaise: BigInt(body.amount_paise),
      mode: body.mode ?? null,
      merchantId: body.merchant_id ?? null,
      ifsc: body.ifsc ?? null,
      paysTo: body.to_vpa === true ? 'vpa' : 'account',
      rules,
    });
    return routingPreviewView(preview);
  }

  private check(rules: readonly PreviewedRule[]): void {
    const banks = this.banks.all.map(({ name }) => name);
    const [first, ...rest] = rules.flatMap((rule, i) => ruleErrors(rule, banks, `#/rules/${i}`));
    if (first !== undefined) throw new ValidationFailed([first, ...rest]);
  }
}
