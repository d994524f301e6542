import { WAITING_FOR, type WaitingFor } from '../../../shared/submissions/waiting.js';
import { applyDecorators } from '@nestjs/common';
import type { AmountRange } from '../../database/reads/list-query.js';
import { NotBeyond, OneOf, QueryFlag, QueryInteger, Text } from '../requests/fields.js';
import { ValidationFailed } from '../problems/refusals.js';
import { QueryTime } from '../requests/time-fields.js';

/** The caller's own reference, in a body. */
export function ReferenceId(options: { readonly description?: string; readonly example?: string } = {}) {
  return Text({ max: 40, optional: true, names: true, ...options });
}

/** The same in a query, but less strict, so that what an earlier version stored can still be found. */
export const HasReference = (): PropertyDecorator => Text({ max: 40, optional: true });
export const MadeUnderKey = (): PropertyDecorator =>
  Text({
    optional: true,
    max: 255,
    only: /^[ -~]+$/,
    means: 'printable ASCII',
    description:
      'What was created under this Idempotency-Key, as long as the key is remembered. Operators must name the ' +
      'merchant too.',
  });
export const NeedsAttention = (description: string): PropertyDecorator => QueryFlag({ description });
export const WaitsFor = (): PropertyDecorator =>
  OneOf(WAITING_FOR, { optional: true, description: 'Only what is due for submission and waits for this.' });
export const CreatedFrom = (): PropertyDecorator =>
  applyDecorators(
    NotBeyond('created_to', 'after'),
    QueryTime({ description: 'Created at this moment or later. Must not be after `created_to`.' }),
  );
export const CreatedTo = (): PropertyDecorator => QueryTime({ description: 'Created before this moment.' });

/** No amount of an order is larger. */
const AMOUNT = { min: 0, max: 10_000_000_000_000 };
const WITH_PERIOD = 'With `created_from` and `created_to`.';
/** @param maximum the field with {@link MaxAmount} */
export const MinAmount = (unit: string, maximum: string): PropertyDecorator =>
  applyDecorators(
    NotBeyond(maximum, 'above'),
    QueryInteger({
      ...AMOUNT,
      description: `At least this amount, in ${unit}. Must not be above \`${maximum}\`. ${WITH_PERIOD}`,
    }),
  );
export const MaxAmount = (unit: string): PropertyDecorator =>
  QueryInteger({ ...AMOUNT, description: `At most this amount, in ${unit}. ${WITH_PERIOD}` });

export interface AmountQuery {
  created_from?: Date;
  created_to?: Date;
  reference_id?: string;
  utr?: string;
}

/** No index has the amount, so a page must not read more than a quarter of a year, however rare the amount is. */
const MAX_DAYS = 92;

/**
 * @param query must have a period if it has an amount, unless an index serves another of its filters
 * @throws ValidationFailed
 */
export function amountRangeOf(min: number | undefined, max: number | undefined, query: AmountQuery): AmountRange {
  const range = { min: min === undefined ? null : BigInt(min), max: max === undefined ? null : BigInt(max) };
  const isFound = query.reference_id !== undefined || query.utr !== undefined;
  if ((range.min === null && range.max === null) || isFound) return range;
  const { created_from: from, created_to: to } = query;
  if (from !== undefined && to !== undefined && to.getTime() - from.getTime() <= MAX_DAYS * 86_400_000) return range;
  const detail = `With an amount, created_from and created_to must be given, at most ${MAX_DAYS} days apart.`;
  throw new ValidationFailed([{ pointer: '#/query/created_from', detail }]);
}

/** The query fields that the lists of money in and of money out have in common. */
interface CommonQuery {
  reference_id?: string;
  needs_attention?: boolean;
  waiting_for?: WaitingFor;
  created_from?: Date;
  created_to?: Date;
}

/** These fields in the form that readers take; null: any. @param merchantId null: all merchants, for operators */
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

/**
 * @returns the merchant whose Idempotency-Key is looked up
 * @throws ValidationFailed for operators who name no merchant
 */
export function ownerOfKey(merchantId: string | null): string {
  if (merchantId !== null) return merchantId;
  const detail = 'An Idempotency-Key belongs to one merchant: name the merchant with merchant_id.';
  throw new ValidationFailed([{ pointer: '#/query/merchant_id', detail }]);
}
