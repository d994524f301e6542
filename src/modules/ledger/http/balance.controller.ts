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
    summary: 'Read the balance, of now or of an earlier instant',
    description:
      'Both amounts together are `total_paise`. They are the ledger’s, by one and the same last transaction (`seq`). What ' +
      'is being committed at `as_of` may be dated before it all the same; from a few seconds ago on, the balance of an ' +
      'instant stays as it is.',
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
      'Days are India’s. Balances are `available` and `held` together, so that a hold is neither in nor out: a payout goes ' +
      'out on the day on which its bank has paid. It adds up to the paisa, for each day and for all: opening + in − out = ' +
      'closing, and each day opens as the one before has closed.',
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
