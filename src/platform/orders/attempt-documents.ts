import type { Type } from '@nestjs/common';
import { ApiProperty } from '../http/documentation/openapi-decorators.js';
import type { AnswerView, AttemptView } from './attempts.js';

interface Asked {
  /** Who is sent the order, and answers. */
  readonly party: 'bank' | 'provider';
  /** The outcomes that its answers can have. */
  readonly endings: readonly string[];
  /** The name of such a party, for the example. */
  readonly gateway: string;
}

/** The document of an answer about an attempt. Subclasses add what only one kind of order shows. */
export function answerDocument({ party, endings }: Asked) {
  class AnswerDocument implements AnswerView {
    @ApiProperty({
      enum: ['submission', 'inquiry', 'callback'],
      description: `What the ${party} has answered. A callback is sent by the ${party} itself.`,
    })
    kind!: string;
    @ApiProperty({
      enum: endings,
      description: `\`unknown\`: the outcome is not known, and the ${party} is asked again.`,
    })
    ending!: string;
    @ApiProperty({
      type: String,
      nullable: true,
      description: `The code of the failure, or what the ${party} is waiting for.`,
    })
    reason!: string | null;
    @ApiProperty({ description: 'SHA-256 of the answer.' }) response_digest!: string;
    @ApiProperty({ format: 'date-time' }) asked_at!: string;
    @ApiProperty({ format: 'date-time' }) answered_at!: string;
  }
  return AnswerDocument as Type<AnswerDocument>;
}

/** The document of an attempt; subclasses as above. */
export function attemptDocument<Answer extends AnswerView>(answer: Type<Answer>, { party, endings, gateway }: Asked) {
  class AttemptDocument implements AttemptView {
    @ApiProperty({ type: 'integer', example: 1 }) attempt!: number;
    @ApiProperty({ example: gateway }) gateway!: string;
    @ApiProperty({ description: `The reference under which the ${party} has it. The same for every attempt.` })
    reference!: string;
    @ApiProperty({ format: 'date-time' }) started_at!: string;
    @ApiProperty({
      type: String,
      format: 'date-time',
      nullable: true,
      description: `When the last answer of the ${party} arrived.`,
    })
    ended_at!: string | null;
    @ApiProperty({
      enum: endings,
      nullable: true,
      description: 'The outcome as far as it is known. Null: no answer has arrived.',
    })
    ending!: string | null;
    @ApiProperty({ type: [answer] }) answers!: Answer[];
    @ApiProperty({
      type: 'integer',
      description: 'Inquiries that brought nothing new. They are not listed in `answers`.',
    })
    unchanged_inquiries!: number;
    @ApiProperty({
      type: String,
      format: 'date-time',
      nullable: true,
      description: 'When the last of these inquiries ended.',
    })
    last_unchanged_at!: string | null;
  }
  return AttemptDocument as Type<AttemptDocument>;
}
