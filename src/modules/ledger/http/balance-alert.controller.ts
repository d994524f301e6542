import { Body, Controller, Get, Patch } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  MerchantId,
  NotFound,
  ProblemResponses,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { SetBalanceAlert } from '../application/set-balance-alert.js';
import { LedgerReader } from '../domain/ledger-reader.js';
import {
  BalanceAlertDocument,
  balanceAlertView,
  BalanceLowDocument,
  SetBalanceAlertBody,
} from './balance-documents.js';

/** The balance below which a merchant gets the event `balance.low`. */
@ApiTags('Ledger')
@ApiExtraModels(BalanceLowDocument)
@Controller('balance/alert')
export class BalanceAlertController {
  constructor(
    private readonly ledger: LedgerReader,
    private readonly set: SetBalanceAlert,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'getBalanceAlert',
    summary: 'Read the threshold of the event `balance.low`',
    description: '`threshold_paise` is null if no threshold is set.',
  })
  @ApiOkResponse({ type: BalanceAlertDocument })
  @ProblemResponses(ValidationFailed, NotFound)
  async read(@MerchantId('balance') merchantId: string): Promise<BalanceAlertDocument> {
    const alert = await this.ledger.alert(merchantId);
    if (alert === null) throw new NotFound('There is no such merchant.');
    return balanceAlertView(merchantId, alert);
  }

  @Patch()
  @ApiOperation({
    operationId: 'setBalanceAlert',
    summary: 'Set the threshold of the event `balance.low`',
    description:
      'When a movement brings `available_paise` below `threshold_paise`, the event `balance.low` is created in ' +
      'the same commit. It is created once, and again only after the balance has returned to the threshold or ' +
      'above it. If the balance is already below the threshold when you set it, no event is created until then.',
  })
  @ApiOkResponse({ type: BalanceAlertDocument })
  @ProblemResponses(ValidationFailed, NotFound, Overloaded)
  async change(
    @MerchantId('balance') merchantId: string,
    @Body() { threshold_paise }: SetBalanceAlertBody,
  ): Promise<BalanceAlertDocument> {
    const threshold = threshold_paise === null ? null : BigInt(threshold_paise);
    return balanceAlertView(merchantId, await this.set.execute(merchantId, threshold));
  }
}
