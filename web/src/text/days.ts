/** India has one time zone and no daylight saving time, so a day there always begins at 18:30 UTC of the day before. */
const INDIA_OFFSET = '+05:30';
const INDIA_OFFSET_MS = 19_800_000;
const DAY_MS = 86_400_000;

/** `2026-11-26` → `2026-11-25T18:30:00.000Z`; undefined if it is not a day, so that the filter is left out. */
export function startOfDay(day: string | undefined): string | undefined {
  const at = msOf(day);
  return at === null ? undefined : new Date(at).toISOString();
}

/** The first moment of the next day. */
export function endOfDay(day: string | undefined): string | undefined {
  const at = msOf(day);
  return at === null ? undefined : new Date(at + DAY_MS).toISOString();
}

/**
 * The filters of a list for a period of days; none for a period that ends before it begins, which the service would
 * refuse.
 */
export function createdIn(from: string | undefined, to: string | undefined) {
  if (endsBeforeItBegins(from, to)) return { created_from: undefined, created_to: undefined };
  return { created_from: startOfDay(from), created_to: endOfDay(to) };
}

export function endsBeforeItBegins(from: string | undefined, to: string | undefined): boolean {
  const first = msOf(from);
  const last = msOf(to);
  return first !== null && last !== null && last < first;
}

function msOf(day: string | undefined): number | null {
  if (day === undefined || !/^\d{4}-\d\d-\d\d$/.test(day)) return null;
  const at = Date.parse(`${day}T00:00:00${INDIA_OFFSET}`);
  return Number.isNaN(at) ? null : at;
}

/** A period of days in India, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Today and the days before it. @param count 1: only today */
export function lastDays(count: number, now: number): Period {
  return { from: dayOf(now - (count - 1) * DAY_MS), to: dayOf(now) };
}

export function thisMonth(now: number): Period {
  const today = dayOf(now);
  return { from: `${today.slice(0, 8)}01`, to: today };
}

/** The longest period in which lists can filter by amount (docs/api.md): 92 days. */
const AMOUNT_DAYS = 92;

interface AmountsInPeriod {
  readonly created_from?: string | undefined;
  readonly created_to?: string | undefined;
  readonly amount_from?: string | undefined;
  readonly amount_to?: string | undefined;
  /** Found by an index: no period is needed. */
  readonly reference_id?: string | undefined;
  readonly utr?: string | undefined;
}

/**
 * Filters of a list. If they contain amounts, they get a period in which the service accepts amounts, as close to the
 * chosen one as possible.
 */
export function withPeriod<Filters extends AmountsInPeriod>(filters: Filters, now: number): Filters {
  const { amount_from: least, amount_to: most, reference_id: reference, utr } = filters;
  const isFound = reference !== undefined || utr !== undefined;
  if ((least === undefined && most === undefined) || isFound) return filters;
  const begins = endsBeforeItBegins(filters.created_from, filters.created_to) ? null : msOf(filters.created_from);
  const { from, to } = periodForAmounts(begins, msOf(filters.created_to), now);
  return { ...filters, created_from: from, created_to: to };
}

function periodForAmounts(from: number | null, to: number | null, now: number): Period {
  if (from === null && to === null) return lastDays(AMOUNT_DAYS, now);
  const longest = (AMOUNT_DAYS - 1) * DAY_MS;
  if (to === null) return { from: dayOf(from!), to: dayOf(Math.max(from!, Math.min(from! + longest, now))) };
  return { from: dayOf(Math.max(from ?? -Infinity, to - longest)), to: dayOf(to) };
}

/** The day in India of this instant. */
function dayOf(at: number): string {
  return new Date(at + INDIA_OFFSET_MS).toISOString().slice(0, 10);
}
