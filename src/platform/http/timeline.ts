import type { AnswerRecord } from '../../shared/gateway-answer.js';
import type { TimelineEntry } from '../../shared/timeline.js';
import type { Page } from './pages.js';
import type { Principal } from './principal.js';
import type { ResourceRequest } from './request-params.js';

/** An entry of a timeline, as the API shows it. */
export interface TimelineEntryView {
  readonly type: string;
  readonly from: string | null;
  readonly to: string;
  readonly at: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A timeline as its only page: nothing has more than a handful of entries. */
export function timelinePage(entries: readonly TimelineEntry<string>[], reader: Principal): Page<TimelineEntryView> {
  return onePage(entries.map((entry) => entryView(entry, reader)));
}

/** @throws what `get` throws */
export async function timelineOf<Entry>(
  { merchantId, id }: ResourceRequest,
  reader: {
    get(merchantId: string | null, id: string): Promise<{ readonly merchantId: string }>;
    timeline(merchantId: string, id: string): Promise<Entry[]>;
  },
): Promise<Entry[]> {
  const resource = await reader.get(merchantId, id);
  return reader.timeline(resource.merchantId, id);
}

/** A list that is never longer than a page. */
export function onePage<T>(results: readonly T[]): Page<T> {
  return { results, next: null, previous: null };
}

function entryView(entry: TimelineEntry<string>, reader: Principal): TimelineEntryView {
  const { type, from, to, at, actor, reason, data } = entry;
  const answer = data['answer'] as AnswerRecord | undefined;
  const shown = answer === undefined ? data : { ...data, answer: { ...answer, reason: shownReason(answer, reader) } };
  return { type, from, to, at: at.toISOString(), actor, reason, data: shown };
}

/** Why an outcome is unknown may tell of our networks, and is for operators only. */
export function shownReason({ ending, reason }: Pick<AnswerRecord, 'ending' | 'reason'>, reader: Principal) {
  return ending === 'unknown' && reader.kind !== 'operator' ? null : reason;
}
