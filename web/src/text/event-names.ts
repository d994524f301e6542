import type { Catalogue } from './catalogue.ts';

/** What has happened, without the object: the second part of an event's type. Null for a type of a later version. */
export function whatHappened(type: string, { events }: Pick<Catalogue, 'events'>): string | null {
  const known: Readonly<Record<string, string | undefined>> = events.what;
  return known[type.split('.')[1] ?? ''] ?? null;
}

/** `payout.completed` → `Payout completed`. A type of a later version is shown unchanged. */
export function eventName(type: string, text: Pick<Catalogue, 'events'>): string {
  const subjects: Readonly<Record<string, string | undefined>> = text.events.subjects;
  const subject = subjects[type.split('.')[0]!];
  const what = whatHappened(type, text);
  return subject === undefined || what === null ? type : text.events.of(subject, what);
}
