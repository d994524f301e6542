/** India's time zone: five and a half hours ahead of UTC, all year round. */
export const TIME_ZONE = 'Asia/Kolkata';
const AHEAD_MS = 5.5 * 3_600_000;
const DAY_MS = 86_400_000;

/** A day in India: `YYYY-MM-DD`. Days compare as texts. */
export type IndianDay = string;

/** The first moment of the day, at which the previous day ends. */
export function startOf(day: IndianDay): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - AHEAD_MS);
}

export function dayOf(moment: Date): IndianDay {
  return new Date(moment.getTime() + AHEAD_MS).toISOString().slice(0, 10);
}

/** @param count 1: the next day; negative: days before */
export function daysAfter(day: IndianDay, count: number): IndianDay {
  return dayOf(new Date(startOf(day).getTime() + count * DAY_MS));
}

/** How many days these are, both included; zero or less if `to` is before `from`. */
export function countDays(from: IndianDay, to: IndianDay): number {
  return (startOf(to).getTime() - startOf(from).getTime()) / DAY_MS + 1;
}
