import type { FastifyRequest } from 'fastify';
import type { AnswerRecord } from '../../shared/submissions/gateway-answer.js';
import type { Slice } from '../../shared/slice.js';
import type { TimelineEntry, TimelineRow } from '../../shared/submissions/timeline.js';
import { type Page, type PageQuery, PageRequest } from '../http/lists/pages.js';
import type { Principal } from '../http/access/principal.js';
import type { ResourceRequest } from '../http/endpoints/request-params.js';

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

type ReadTimeline = (slice: Slice) => Promise<TimelineRow<string>[]>;

/**
 * A page of the timeline of one thing, the oldest entry first.
 * @param find looks the thing up, and returns how its timeline is read
 * @throws CursorInvalid, and what `find` throws
 */
export async function timelinePage(
  { caller }: ResourceRequest,
  query: PageQuery,
  request: FastifyRequest,
  find: () => Promise<ReadTimeline>,
): Promise<Page<TimelineEntryView>> {
  const page = PageRequest.oldestFirst(query, request);
  const read = await find();
  return page.page(await read(page), keyOf, (entry) => entryView(entry, caller));
}

const keyOf = ({ seq }: TimelineRow<string>): string => String(seq);

function entryView(entry: TimelineEntry<string>, reader: Principal): TimelineEntryView {
  const { type, from, to, at, actor, reason, data } = entry;
  const answer = data['answer'] as AnswerRecord | undefined;
  const shown = answer === undefined ? data : { ...data, answer: { ...answer, reason: shownReason(answer, reader) } };
  return { type, from, to, at: at.toISOString(), actor, reason, data: shown };
}

/** The reason for an unknown outcome may reveal details of our networks, so only operators see it. */
export function shownReason({ ending, reason }: Pick<AnswerRecord, 'ending' | 'reason'>, reader: Principal) {
  return ending === 'unknown' && reader.kind !== 'operator' ? null : reason;
}
