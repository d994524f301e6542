import { Controller } from '@nestjs/common';
import {
  ApiTags,
  bookExportController,
  type CsvColumns,
  type ExportedList,
  Exports,
  NotFound,
  Rupees,
} from '../../../platform/http/http.public.js';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { DailyBalances, type DayBalance } from '../application/daily-balances.js';
import { inPaise, outPaise } from '../domain/day-flows.js';
import { DayRangeQuery, dayRangeOf } from './day-range.js';

const COLUMNS: CsvColumns<DayBalance> = {
  date: ({ day }) => day,
  opening_balance_inr: ({ openingPaise }) => new Rupees(openingPaise),
  in_inr: (day) => new Rupees(inPaise(day)),
  out_inr: (day) => new Rupees(outPaise(day)),
  closing_balance_inr: ({ closingPaise }) => new Rupees(closingPaise),
  payments_inr: ({ paymentsPaise }) => new Rupees(paymentsPaise),
  returned_inr: ({ returnedPaise }) => new Rupees(returnedPaise),
  adjustments_in_inr: ({ adjustmentsInPaise }) => new Rupees(adjustmentsInPaise),
  payouts_inr: ({ payoutsPaise }) => new Rupees(payoutsPaise),
  refunds_inr: ({ refundsPaise }) => new Rupees(refundsPaise),
  adjustments_out_inr: ({ adjustmentsOutPaise }) => new Rupees(adjustmentsOutPaise),
  fees_inr: ({ feesPaise }) => new Rupees(feesPaise),
  taxes_inr: ({ taxesPaise }) => new Rupees(taxesPaise),
};

@ApiTags('Ledger')
@Controller('exports/daily')
export class ExportDailyController extends bookExportController<DayBalance, DayRangeQuery>({
  of: 'balances by day',
  operationIds: ['exportDailyBalances', 'downloadDailyBalances'],
  query: DayRangeQuery,
}) {
  constructor(
    private readonly daily: DailyBalances,
    private readonly clock: ServerClock,
    exports: Exports,
  ) {
    super(exports);
  }

  protected async listOf(merchantId: string, query: DayRangeQuery): Promise<ExportedList<DayBalance>> {
    const { clockTime } = await this.clock.now();
    const { first, count } = dayRangeOf(query, clockTime);
    return {
      name: 'daily',
      columns: COLUMNS,
      count: () => count,
      // So few that one page contains them all.
      read: async ({ askedBy }) => {
        const balances = await this.daily.execute(merchantId, first, count, askedBy);
        if (balances === null) throw new NotFound('There is no such merchant.');
        return balances.days;
      },
      keyOf: ({ day }) => day,
    };
  }
}
