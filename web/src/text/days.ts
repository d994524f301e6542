/** India has one zone and no summer time, so a day there begins at 18:30 UTC of the day before, always. */
const INDIA_OFFSET = '+05:30';
const DAY_MS = 86_400_000;

/** `2026-11-26` → `2026-11-25T18:30:00.000Z`; undefined where it is no day, so that a filter is left out. */
export function startOfDay(day: string | undefined): string | undefined {
  const at = msOf(day);
  return at === null ? undefined : new Date(at).toISOString();
}

/** The first moment of the next one. */
export function endOfDay(day: string | undefined): string | undefined {
  const at = msOf(day);
  return at === null ? undefined : new Date(at + DAY_MS).toISOString();
}

function msOf(day: string | undefined): number | null {
  if (day === undefined || !/^\d{4}-\d\d-\d\d$/.test(day)) return null;
  const at = Date.parse(`${day}T00:00:00${INDIA_OFFSET}`);
  return Number.isNaN(at) ? null : at;
}
