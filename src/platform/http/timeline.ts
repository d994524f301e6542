import type { Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import type { AnswerRecord } from '../../shared/gateway-answer.js';
import type { TimelineEntry } from '../../shared/timeline.js';
import type { Page } from './pages.js';
import type { Principal } from './principal.js';
import type { ResourceRequest } from './request-params.js';

interface TimelineEntryView {
  readonly type: string;
  readonly from: string | null;
  readonly to: string;
  readonly at: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * The document of a timeline's entry, to be extended by a class with a name for OpenAPI.
 * @param gateway how the actor that is a gateway is named: `bank:<gateway>`
 */
export function timelineDocument(
  statuses: readonly string[],
  { type, gateway }: { readonly type: ApiPropertyOptions; readonly gateway: string },
): Type<TimelineEntryView> {
  const actors = `\`merchant:<key id>\`, \`operator:<key id>\`, \`${gateway}\`, \`system\`.`;
  class TimelineEntryDocument implements TimelineEntryView {
    @ApiProperty(type) type!: string;
    @ApiProperty({ enum: [...statuses], nullable: true }) from!: string | null;
    @ApiProperty({ enum: [...statuses] }) to!: string;
    @ApiProperty({ format: 'date-time' }) at!: string;
    @ApiProperty({ example: 'system', description: actors }) actor!: string;
    @ApiProperty({ type: String, nullable: true }) reason!: string | null;
    @ApiProperty({ type: Object, additionalProperties: true }) data!: Readonly<Record<string, unknown>>;
  }
  return TimelineEntryDocument;
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
