import { Controller, Get, Query } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  askerOf,
  Caller,
  LIST_REFUSALS,
  MerchantId,
  NotFound,
  type Principal,
  ProblemResponses,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { DailyBalances } from '../application/daily-balances.js';
import { AmountTooLarge } from '../domain/amount-too-large.js';
import { LedgerReader } from '../domain/ledger-reader.js';
import { BalanceDocument, BalanceQuery, balanceView } from './balance-documents.js';
import { DailyBalancesDocument, dailyView } from './daily-documents.js';
import { DayRangeQuery, dayRangeOf } from './day-range.js';

/** Times have milliseconds: what is dated at a moment or earlier is dated before the next millisecond. */
const nextMoment = (moment: Date): Date => new Date(moment.getTime() + 1);

/** How much money a merchant has, and had. */
@ApiTags('Ledger')
@Controller('balance')
export class BalanceController {
  constructor(
    private readonly ledger: LedgerReader,
    private readonly daily: DailyBalances,
    private readonly clock: ServerClock,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'getBalance',
    summary: 'Read the balance, now or at an earlier instant',
    description:
      '`total_paise` is the sum of both amounts. All amounts are taken from the ledger as of the same last ' +
      'transaction (`seq`). A transaction that is being committed at `as_of` may still be dated before it, so ' +
      'the balance of an instant becomes final a few seconds later.',
  })
  @ApiOkResponse({ type: BalanceDocument })
  @ProblemResponses(ValidationFailed, NotFound)
  async balance(@MerchantId() merchantId: string, @Query() { as_of: asOf }: BalanceQuery): Promise<BalanceDocument> {
    const book = await this.ledger.overTime(merchantId, asOf === undefined ? [] : [nextMoment(asOf)]);
    if (book === null) throw new NotFound('There is no such merchant.');
    const [then] = book.before;
    if (asOf === undefined || then === undefined) return balanceView(merchantId, book.readAt, book.now);
    if (asOf > book.readAt)
      throw new ValidationFailed([{ pointer: '#/query/as_of', detail: 'as_of must not be in the future.' }]);
    return balanceView(merchantId, asOf, then);
  }

  @Get('daily')
  @ApiOperation({
    operationId: 'getDailyBalances',
    summary: 'Read what came in and went out, by day',
    description:
      'Days are those of India. Balances are `available` and `held` together, so a hold counts as neither in nor ' +
      'out: a payout goes out on the day on which its bank has paid. The amounts add up to the paisa, for each ' +
      'day and for all days together: opening + in − out = closing, and each day opens with the closing balance ' +
      'of the day before.',
  })
  @ApiOkResponse({ type: DailyBalancesDocument })
  @ProblemResponses(...LIST_REFUSALS, NotFound, AmountTooLarge)
  async balanceByDay(
    @MerchantId() merchantId: string,
    @Caller() caller: Principal,
    @Query() query: DayRangeQuery,
  ): Promise<DailyBalancesDocument> {
    const { clockTime } = await this.clock.now();
    const { first, count } = dayRangeOf(query, clockTime);
    const balances = await this.daily.execute(merchantId, first, count, askerOf(caller));
    if (balances === null) throw new NotFound('There is no such merchant.');
    return dailyView(merchantId, balances);
  }
}
