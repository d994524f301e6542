import { REMEMBERED_CODES } from '../api/generated/remembered.gen.ts';

/** What an answer to a request that moves money says about the order: the payout, payment or refund. */
export type Answer =
  | { readonly kind: 'paid'; readonly orderId: string; readonly how: 'made' | 'replayed' }
  /** `isRemembered`: the key gives this answer from now on, whatever earlier tries did. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly isRemembered: boolean }
  /** No answer, or one that did not come from Bahi: the order may have been carried out. */
  | { readonly kind: 'unknown'; readonly retryAfterSeconds: number | null };

/** The part of a problem document (RFC 9457) that is shown. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  /** Further members, such as `available_paise` of `insufficient_funds`. */
  readonly members: Readonly<Record<string, unknown>>;
}

export const NO_ANSWER: Answer = { kind: 'unknown', retryAfterSeconds: null };

/** Only an answer that certainly came from Bahi is definite: a proxy's page says nothing, nor does a 408 or any 5xx. */
export async function answerOf(response: Response): Promise<Answer> {
  const body: unknown = await response.json().catch(() => null);
  if (!isRecord(body)) return NO_ANSWER;
  if (response.status === 200 || response.status === 201) return madeBy(response, body);
  const refusal = refusalOf(response, body);
  if (refusal === null || response.status >= 500 || response.status < 400 || response.status === 408)
    return { kind: 'unknown', retryAfterSeconds: secondsOf(response.headers.get('retry-after')) };
  const { created_id: createdId } = refusal.members;
  if (refusal.code === 'answered_before' && typeof createdId === 'string')
    return { kind: 'paid', orderId: createdId, how: 'replayed' };
  const isRemembered = REMEMBERED_CODES.includes(refusal.code) || refusal.code === 'answered_before';
  return { kind: 'refused', refusal, isRemembered };
}

function madeBy({ headers }: Response, { id }: Record<string, unknown>): Answer {
  if (typeof id !== 'string') return NO_ANSWER;
  return { kind: 'paid', orderId: id, how: headers.get('idempotent-replayed') === 'true' ? 'replayed' : 'made' };
}

/** Null if the body is not a problem document. */
export function refusalOf({ status, headers }: Response, body: Record<string, unknown>): Refusal | null {
  const { code, detail, request_id: requestId, errors, type: _type, title: _title, status: _status, ...members } = body;
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return null;
  if (typeof code !== 'string' || typeof detail !== 'string' || typeof requestId !== 'string') return null;
  return { status, code, detail, requestId, errors: errorsOf(errors), members };
}

function errorsOf(errors: unknown): Refusal['errors'] {
  if (!Array.isArray(errors)) return [];
  return errors.filter(
    (error): error is Refusal['errors'][number] =>
      isRecord(error) && typeof error['pointer'] === 'string' && typeof error['detail'] === 'string',
  );
}

function secondsOf(text: string | null): number | null {
  return text !== null && /^\d{1,5}$/.test(text) ? Number(text) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
