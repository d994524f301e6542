/** India's time zone: five and a half hours ahead of UTC, the whole year and every year. */
export const TIME_ZONE = 'Asia/Kolkata';
const AHEAD_MS = 5.5 * 3_600_000;
const DAY_MS = 86_400_000;

/** A day in India: `YYYY-MM-DD`. Days compare as texts. */
export type IndianDay = string;

/** The day's first moment. The day before ends with it. */
export function startOf(day: IndianDay): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - AHEAD_MS);
}

export function dayOf(moment: Date): IndianDay {
  return new Date(moment.getTime() + AHEAD_MS).toISOString().slice(0, 10);
}

/** @param count 1: the next day; negative: before it */
export function daysAfter(day: IndianDay, count: number): IndianDay {
  return dayOf(new Date(startOf(day).getTime() + count * DAY_MS));
}

/** How many days these are, both included; none or less when `to` comes before `from`. */
export function countDays(from: IndianDay, to: IndianDay): number {
  return (startOf(to).getTime() - startOf(from).getTime()) / DAY_MS + 1;
}
