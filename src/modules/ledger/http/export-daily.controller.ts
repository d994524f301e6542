import { Controller, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  ApiTags,
  type CsvColumns,
  type ExportDocument,
  type ExportedList,
  Exports,
  GetExport,
  MerchantId,
  NotFound,
  PostExport,
  Rupees,
} from '../../../platform/http/http.public.js';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { DailyBalances, type DayBalance } from '../application/daily-balances.js';
import { inPaise, outPaise } from '../domain/day-flows.js';
import { DayRangeQuery, dayRangeOf, ExportDaysQuery } from './day-range.js';

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
export class ExportDailyController {
  constructor(
    private readonly daily: DailyBalances,
    private readonly clock: ServerClock,
    private readonly exports: Exports,
  ) {}

  @PostExport({ operationId: 'exportDailyBalances', of: 'balances by day' })
  async offer(
    @MerchantId() merchantId: string,
    @Query() query: DayRangeQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportDocument> {
    return this.exports.offer(reply, merchantId, await this.listOf(merchantId, query));
  }

  @GetExport({ operationId: 'downloadDailyBalances', of: 'balances by day' })
  async send(
    @MerchantId() merchantId: string,
    @Query() query: ExportDaysQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.send(reply, await this.listOf(merchantId, query));
  }

  private async listOf(merchantId: string, query: DayRangeQuery): Promise<ExportedList<DayBalance>> {
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
