import type { Type } from '@nestjs/common';
import { WAITING_FOR, type WaitingFor } from '../../shared/waiting.js';
import { OneOf, QueryFlag, Text, Uuid } from './fields.js';
import { QueryTime } from './time-fields.js';

/** The caller's own reference, in a body. */
export function ReferenceId(options: { readonly description?: string; readonly example?: string } = {}) {
  return Text({ max: 40, optional: true, names: true, ...options });
}

/** The same in a query. What an earlier version has stored can still be found. */
export const HasReference = (): PropertyDecorator => Text({ max: 40, optional: true });
export const NeedsAttention = (description: string): PropertyDecorator => QueryFlag({ description });
export const WaitsFor = (): PropertyDecorator =>
  OneOf(WAITING_FOR, { optional: true, description: 'What is due, and waits for this.' });
export const CreatedFrom = (): PropertyDecorator => QueryTime({ description: 'Created at this moment or later.' });
export const CreatedTo = (): PropertyDecorator => QueryTime({ description: 'Created before this moment.' });

/** The query fields that the lists of money in and of money out have in common. */
interface CommonQuery {
  reference_id?: string;
  needs_attention?: boolean;
  waiting_for?: WaitingFor;
  created_from?: Date;
  created_to?: Date;
}

/** These fields as a reader takes them; null: any. @param merchantId null: every merchant's, for operators */
export function commonFilter(merchantId: string | null, query: CommonQuery) {
  return {
    merchantId,
    referenceId: query.reference_id ?? null,
    needsAttention: query.needs_attention ?? null,
    waitingFor: query.waiting_for ?? null,
    createdFrom: query.created_from ?? null,
    createdTo: query.created_to ?? null,
  };
}

/** The query of a single thing: an operator may name its merchant, and need not. @param thing "payout" */
export function ownerQuery(thing: string): Type<{ merchant_id?: string }> {
  class OwnerQuery {
    @Uuid({ optional: true, description: `Operators: the merchant whose ${thing} it is.` })
    merchant_id?: string;
  }
  return OwnerQuery;
}
