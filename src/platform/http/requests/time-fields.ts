import { field, type FieldOptions } from './fields.js';

/** A moment in a query (RFC 3339, with a time zone), handed on as a `Date`. */
export function QueryTime(options: FieldOptions = {}): PropertyDecorator {
  return Moment({ optional: true, ...options });
}

/** The same in a body. */
export function Moment(options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: String, format: 'date-time' },
    {
      name: 'moment',
      message: 'must be a time such as 2026-01-31T23:59:59.999Z',
      read: (value) => (typeof value === 'string' ? (timeOf(value) ?? value) : value),
      accepts: (value) => value instanceof Date,
    },
  );
}

const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

function timeOf(text: string): Date | null {
  // In a query an unescaped plus sign arrives as a space.
  const [whole, day] = TIME.exec(text.replace(' ', '+')) ?? [];
  if (whole === undefined || day === undefined) return null;
  const time = new Date(whole);
  return isDay(day) && hasYear(time) ? time : null;
}

/** RFC 3339 has four digits for the year; with its time zone, a time may lie outside these years in UTC. */
function hasYear(time: Date): boolean {
  const year = time.getUTCFullYear();
  return year >= 0 && year <= 9999;
}

/** A day in a query, passed on as text; the field's description says in which time zone the day is meant. */
export function QueryDate(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { optional: true, ...options },
    { type: String, format: 'date' },
    {
      name: 'queryDate',
      message: 'must be a day such as 2026-01-31',
      accepts: (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(value),
    },
  );
}

/** `Date` reads 30 February as 2 March. */
function isDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;
}
