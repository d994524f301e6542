import { type Language, LOCALES } from './language.ts';

export const INDIA = 'Asia/Kolkata';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are expensive to create, so they are kept. */
function formatOf(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(LOCALES[language], options);
  formats.set(key, format);
  return format;
}

const MOMENT = { day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit' } as const;

/** `2026-11-26T10:15:00.123Z` → `26 Nov 2026, 3:45 pm`, in the reader's zone unless another is named. */
export function formatMoment(at: string, language: Language, timeZone?: string): string {
  return formatOf(language, { ...MOMENT, ...(timeZone === undefined ? {} : { timeZone }) }).format(new Date(at));
}

/** The same for a table: without the year, if it is the current one. */
export function formatShortMoment(at: string, language: Language, now = Date.now()): string {
  const { year: _, ...short } = MOMENT;
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return isThisYear ? formatOf(language, short).format(new Date(at)) : formatMoment(at, language);
}

/** The same to the second, with the name of the zone, where the exact instant matters. */
export function formatInstant(at: string, language: Language, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  return formatOf(language, { ...MOMENT, second: '2-digit', timeZoneName: 'short', ...zone }).format(new Date(at));
}

/** `2026-11-26` → `26 Nov`. A date has no zone, so none is applied. */
export function formatDay(date: string, language: Language): string {
  return formatOf(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
}

/** The same with its year, unless that is the current one. */
export function formatDayAndYear(date: string, language: Language, now: number): string {
  if (date.startsWith(`${new Date(now).getFullYear()}-`)) return formatDay(date, language);
  const options = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return formatOf(language, options).format(new Date(`${date}T00:00:00Z`));
}

/** `2026-11-26` → `Thu, 26 Nov 2026`. */
export function formatFullDay(date: string, language: Language): string {
  const options = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return formatOf(language, options).format(new Date(`${date}T00:00:00Z`));
}

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `5400` → `1 hour`: whole units, the largest that fits. Under a minute counts as one. */
export function formatAge(seconds: number, language: Language): string {
  const [unit, length] = STEPS.find(([, each]) => seconds >= each) ?? (['minute', 60] as const);
  const format = new Intl.NumberFormat(LOCALES[language], { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.max(1, Math.floor(seconds / length)));
}

/** `1234567` → `12,34,567`. For counts; amounts are formatted from exact strings. */
export function formatCount(count: number, language: Language): string {
  return new Intl.NumberFormat(LOCALES[language]).format(count);
}
