import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

interface SubmissionDocument {
  attempts: number;
  needs_attention: boolean;
  created_at: string;
  updated_at: string;
}

/** Appends to a document how far its submission to a gateway has come. The texts are descriptions. */
export function withSubmission<Fields extends object>(
  Base: Type<Fields>,
  text: { readonly attempts?: string; readonly needsAttention?: string } = {},
): Type<Fields & SubmissionDocument> {
  abstract class Submitted extends (Base as Type<object>) implements SubmissionDocument {
    @ApiProperty({ type: 'integer', description: text.attempts }) attempts!: number;
    @ApiProperty({ description: text.needsAttention }) needs_attention!: boolean;
    @ApiProperty({ format: 'date-time' }) created_at!: string;
    @ApiProperty({ format: 'date-time' }) updated_at!: string;
  }
  return Submitted as unknown as Type<Fields & SubmissionDocument>;
}
