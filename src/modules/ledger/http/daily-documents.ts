import { ApiProperty } from '../../../platform/http/http.public.js';
import type { BalancesByDay, DayBalance } from '../application/daily-balances.js';
import { AmountTooLarge, fits } from '../domain/amount-too-large.js';
import { inPaise, outPaise } from '../domain/day-flows.js';
import { TIME_ZONE } from '../domain/indian-day.js';

const Paise = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: 'integer', format: 'int64', example, description });
const Day = (example: string): PropertyDecorator => ApiProperty({ type: String, format: 'date', example });
const Time = (description: string): PropertyDecorator => ApiProperty({ format: 'date-time', description });

class DayDocument {
  @Day('2026-11-25') date!: string;
  @Time('The day’s first moment.') starts_at!: string;
  @Time('The first moment of the next day.') ends_at!: string;
  @ApiProperty({ description: 'False: the day has not ended yet, and its closing balance is that of `as_of`.' })
  is_complete!: boolean;
  @Paise('`available` and `held` together, at the start of the day.', 700_000) opening_balance_paise!: bigint;
  @Paise('At the end of the day: opening + in − out.', 600_000) closing_balance_paise!: bigint;
  @Paise('What came in: payments, returned payouts and adjustments.', 0) in_paise!: bigint;
  @Paise('What went out: payouts, refunds and adjustments.', 100_000) out_paise!: bigint;
  @Paise('Credited for payments, after fee and GST.', 0) payments_paise!: bigint;
  @Paise('Money of payouts that their banks have returned.', 0) returned_paise!: bigint;
  @Paise('Credited by hand.', 0) adjustments_in_paise!: bigint;
  @Paise('Paid by the banks.', 100_000) payouts_paise!: bigint;
  @Paise('Taken for refunds.', 0) refunds_paise!: bigint;
  @Paise('Debited by hand.', 0) adjustments_out_paise!: bigint;
  @Paise('Signed: fees of payments, less those given back with refunds. Not part of `in_paise` or `out_paise`.', 0)
  fees_paise!: bigint;
  @Paise('Signed: the same for GST.', 0) taxes_paise!: bigint;
}

export class DailyBalancesDocument {
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({ enum: ['INR'] }) currency!: 'INR';
  @ApiProperty({ enum: [TIME_ZONE], description: 'The time zone in which days begin at midnight.' })
  time_zone!: typeof TIME_ZONE;
  @Day('2026-11-25') from!: string;
  @Day('2026-11-25') to!: string;
  @Time('When the balances were read, by the database’s clock.') as_of!: string;
  @ApiProperty({
    type: 'integer',
    example: 118,
    description: 'The last ledger transaction that is included; 0 if there is none.',
  })
  seq!: number;
  @Paise('At the start of the first day.', 700_000) opening_balance_paise!: bigint;
  @Paise('At the end of the last day.', 600_000) closing_balance_paise!: bigint;
  @Paise('For all days together.', 0) in_paise!: bigint;
  @Paise('For all days together.', 100_000) out_paise!: bigint;
  @ApiProperty({ type: [DayDocument], description: 'Every day, oldest first, including days without movement.' })
  days!: DayDocument[];
}

/**
 * Adds up the amounts of the days. The same money may come and go any number of times, so the total may be too large to
 * be shown; if it is not, no single day's amount is.
 * @throws AmountTooLarge
 */
function totalOf(days: readonly DayBalance[], of: (day: DayBalance) => bigint): bigint {
  const total = days.reduce((sum, day) => sum + of(day), 0n);
  if (!fits(total)) throw AmountTooLarge.of('What these days have moved in all');
  return total;
}

/** @throws AmountTooLarge */
export function dailyView(merchantId: string, { readAt, seq, days }: BalancesByDay): DailyBalancesDocument {
  const first = days[0]!;
  const last = days.at(-1)!;
  return {
    merchant_id: merchantId,
    currency: 'INR',
    time_zone: TIME_ZONE,
    from: first.day,
    to: last.day,
    as_of: readAt.toISOString(),
    seq,
    opening_balance_paise: first.openingPaise,
    closing_balance_paise: last.closingPaise,
    in_paise: totalOf(days, inPaise),
    out_paise: totalOf(days, outPaise),
    days: days.map((day) => dayView(day, readAt)),
  };
}

function dayView(day: DayBalance, readAt: Date): DayDocument {
  return {
    date: day.day,
    starts_at: day.startsAt.toISOString(),
    ends_at: day.endsAt.toISOString(),
    is_complete: day.endsAt <= readAt,
    opening_balance_paise: day.openingPaise,
    closing_balance_paise: day.closingPaise,
    in_paise: inPaise(day),
    out_paise: outPaise(day),
    payments_paise: day.paymentsPaise,
    returned_paise: day.returnedPaise,
    adjustments_in_paise: day.adjustmentsInPaise,
    payouts_paise: day.payoutsPaise,
    refunds_paise: day.refundsPaise,
    adjustments_out_paise: day.adjustmentsOutPaise,
    fees_paise: day.feesPaise,
    taxes_paise: day.taxesPaise,
  };
}
