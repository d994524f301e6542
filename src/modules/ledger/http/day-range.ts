import { QueryDate, Uuid, ValidationFailed } from '../../../platform/http/http.public.js';
import { countDays, dayOf, daysAfter, type IndianDay } from '../domain/indian-day.js';

/** Any quarter of a year fits. */
const MAX_DAYS = 92;
const DEFAULT_DAYS = 30;
/** No book is older; the day before begins before 1970 in UTC. */
const EARLIEST: IndianDay = '1970-01-02';

export class DayRangeQuery {
  @Uuid({ optional: true, description: 'For operators: the merchant that the days belong to.' })
  merchant_id?: string;

  @QueryDate({
    description: `The first day, in India’s time. If omitted: ${DEFAULT_DAYS} days in all.`,
    example: '2026-11-01',
  })
  from?: IndianDay;

  @QueryDate({
    description:
      `The last day, which is included. At most ${MAX_DAYS} days in all, and none in the future. If omitted: today ` +
      'in India.',
    example: '2026-11-26',
  })
  to?: IndianDay;
}

export interface DayRange {
  readonly first: IndianDay;
  readonly count: number;
}

/** @param now by the database's clock, like all dates of a book @throws ValidationFailed */
export function dayRangeOf({ from, to }: DayRangeQuery, now: Date): DayRange {
  const today = dayOf(now);
  const last = to ?? today;
  if (last > today) throw wrong('to', `to must not be in the future: today is ${today} in India.`);
  const first = from ?? daysAfter(last, 1 - DEFAULT_DAYS);
  if (first < EARLIEST) throw wrong('from', `from must not be before ${EARLIEST}.`);
  const count = countDays(first, last);
  if (count < 1) throw wrong('from', 'from must not be after to.');
  if (count > MAX_DAYS) throw wrong('from', `from and to must be at most ${MAX_DAYS} days, both included.`);
  return { first, count };
}

function wrong(field: 'from' | 'to', detail: string): ValidationFailed {
  return new ValidationFailed([{ pointer: `#/query/${field}`, detail }]);
}
