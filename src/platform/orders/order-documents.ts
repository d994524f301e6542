import type { Type } from '@nestjs/common';
import type { SubmissionView } from '../../shared/submissions/submission-view.js';
import { WAITING_FOR, type WaitingFor } from '../../shared/submissions/waiting.js';
import { ApiProperty } from '../http/documentation/openapi-decorators.js';
import type { TimelineEntryView } from './timeline-page.js';

const REVISION =
  'Grows with every change. Of two copies, the one with the higher revision is newer; copies with the same ' +
  'revision are equal. It may grow although nothing else in the document has changed.';

const ALLOWED_STATUSES =
  'The statuses to which your kind of key may move it now. Moving it may be refused for other reasons. In an ' +
  'event, this is for the kind of key that reads the event; in a delivery to an endpoint, for the kind of key ' +
  'that created the endpoint.';

interface Described {
  /** All statuses that an order can have. */
  readonly statuses: readonly string[];
  /** Who carries the order out. */
  readonly party: string;
}

/** The document of an order: its own fields, followed by those that all orders have. */
export function orderDocument<Own extends object>(own: Type<Own>, { statuses, party }: Described) {
  class OrderDocument extends (own as Type<object>) implements SubmissionView {
    @ApiProperty({ type: 'integer', description: `How many times it was submitted to the ${party}.` })
    attempts!: number;
    @ApiProperty({ enum: WAITING_FOR, nullable: true, description: 'Why it is not submitted now.' })
    waiting_for!: WaitingFor | null;
    @ApiProperty({
      description:
        `Whether it needs an operator because it cannot go on by itself. Usually the ${party} has not said how it ` +
        'ended.',
    })
    needs_attention!: boolean;
    @ApiProperty({ format: 'date-time' }) created_at!: string;
    @ApiProperty({ format: 'date-time' }) updated_at!: string;
    @ApiProperty({ type: 'integer', minimum: 0, description: REVISION }) revision!: number;
    @ApiProperty({ type: [String], enum: statuses, description: ALLOWED_STATUSES })
    allowed_statuses!: readonly string[];
  }
  return OrderDocument as Type<Own & OrderDocument>;
}

/** The document of a timeline entry. @param party the actor of entries that the party has caused */
export function timelineDocument({ type, statuses, party }: Described & { readonly type: object }) {
  class TimelineDocument implements TimelineEntryView {
    @ApiProperty(type) type!: string;
    @ApiProperty({ enum: statuses, nullable: true }) from!: string | null;
    @ApiProperty({ enum: statuses }) to!: string;
    @ApiProperty({ format: 'date-time' }) at!: string;
    @ApiProperty({
      example: 'system',
      description: `Who did this: \`merchant:<key id>\`, \`operator:<key id>\`, ${party} or \`system\`.`,
    })
    actor!: string;
    @ApiProperty({ type: String, nullable: true }) reason!: string | null;
    @ApiProperty({ type: Object, additionalProperties: true }) data!: Readonly<Record<string, unknown>>;
  }
  return TimelineDocument as Type<TimelineDocument>;
}
