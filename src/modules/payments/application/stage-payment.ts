import type { DomainEvent } from '../../../shared/domain-event.js';
import { sealed } from '../../../shared/audit/timeline-chain.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { announce } from '../../../platform/outbox/outbox.public.js';
import {
  credit,
  movesMoney,
  post,
  type Posting,
  refund,
  refundHold,
  refundRelease,
  watchingBalance,
} from '../../ledger/ledger.public.js';
import { Payment } from '../domain/payment.js';
import type { PaymentEvent, PaymentState, RefundState } from '../domain/payment-state.js';
import { paymentEvents, paymentReferences, paymentRows, refundRows } from '../domain/payment-tables.js';
import { Refund } from '../domain/refund.js';
import { refundDigestOf } from '../domain/request-digest.js';
import { endedStatus, isOfRefund, isShown } from '../domain/shown-events.js';
import { paymentView } from './payment-view.js';
import { refundView } from './refund-view.js';

/** The payment as the book has it, or null. The book must have read `paymentRows.row(id)`. */
export function paymentIn(book: Book, id: string): Payment | null {
  const state = book.get(paymentRows, id);
  return state === undefined ? null : Payment.restore(state);
}

/** The refund as the book has it, or null. The book must have read `refundRows.row(id)` and its payment's row. */
export function refundIn(book: Book, id: string): Refund | null {
  const state = book.get(refundRows, id);
  const payment = state === undefined ? null : paymentIn(book, state.paymentId);
  return payment === null ? null : Refund.restore(state!, payment);
}

/**
 * Stages everything that the verbs of a payment, and of one of its refunds, have done: the rows, the timeline, the
 * events, and the money. This is the only way to store them, so that no status ever changes without its money.
 * @throws InsufficientFunds when a new refund's hold is not covered
 */
export function stagePayment(book: Book, payment: Payment, changedRefund: Refund | null = null): void {
  watchingBalance(book, () => stage(book, payment, changedRefund));
}

function stage(book: Book, payment: Payment, changedRefund: Refund | null): void {
  const { order: state, entries } = sealed(payment.state, payment.newEvents);
  const refundState = changedRefund?.state ?? null;
  for (const event of entries) {
    const posting = postingFor(event, state, refundState);
    if (posting !== null && movesMoney(posting)) post(book, posting);
    book.put(paymentEvents, `${state.id}/${event.seq}`, event);
    // An answer that changed nothing is in the timeline, but is not an event.
    if (!event.type.endsWith('.gateway_answered')) announce(book, announcementOf(event, state, refundState));
  }
  book.put(paymentRows, state.id, state);
  if (refundState !== null) book.put(refundRows, refundState.id, refundState);
  if (state.referenceId !== null) book.put(paymentReferences, state.referenceId, state.id);
}

function announcementOf(entry: PaymentEvent, state: PaymentState, refundState: RefundState | null): DomainEvent {
  const payment = { id: state.id, attempts: state.attempts };
  const refund =
    refundState === null ? null : { id: refundState.id, payment_id: state.id, attempts: refundState.attempts };
  const announced = { type: entry.type, payload: refund === null ? { payment } : { payment, refund } };
  if (!isShown(entry)) return announced;
  const isAboutRefund = refundState !== null && isOfRefund(entry);
  const about = isAboutRefund ? refundView(refundState, state, 'merchant') : paymentView(state, 'merchant');
  return { ...announced, shown: { id: about.id, view: about, previousStatus: endedStatus(entry) } };
}

/** The money moves exactly when a status does. */
function postingFor(
  { type, actor }: PaymentEvent,
  state: PaymentState,
  refundState: RefundState | null,
): Posting | null {
  if (type === 'payment.succeeded') {
    const { grossPaise: gross, feePaise: fee, taxPaise: tax, netPaise: net } = state.credit!;
    return credit(state.id, { gross, fee, tax, net }, actor);
  }
  if (refundState === null) return null;
  const { id, amountPaise: gross, feePaise: fee, taxPaise: tax } = refundState;
  const amounts = { gross, fee, tax };
  if (type === 'refund.requested') return refundHold(id, amounts, actor, refundDigestOf(refundState, state));
  if (type === 'refund.succeeded') return refund(id, amounts, actor);
  return type === 'refund.failed' ? refundRelease(id, amounts, actor) : null;
}
