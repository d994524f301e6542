import { assert } from '../../../shared/assert.js';
import type { DomainEvent } from '../../../shared/domain-event.js';
import { sealed } from '../../../shared/audit/timeline-chain.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { announce } from '../../../platform/outbox/outbox.public.js';
import {
  causeKey,
  hold,
  ledgerCauses,
  post,
  type Posting,
  release,
  reversal,
  settlement,
  watchingBalance,
} from '../../ledger/ledger.public.js';
import { Payout } from '../domain/payout.js';
import type { PayoutEvent, PayoutState } from '../domain/payout-state.js';
import { payoutEvents, payoutReferences, payoutRows } from '../domain/payout-tables.js';
import { requestDigestOf } from '../domain/request-digest.js';
import { isShown } from '../domain/shown-events.js';
import { payoutView } from './payout-view.js';

/** The payout as the book has it, or null. The book must have read `payoutRows.row(id)`. */
export function payoutIn(book: Book, id: string): Payout | null {
  const state = book.get(payoutRows, id);
  return state === undefined ? null : Payout.restore(state);
}

/**
 * Stages everything that a payout's verbs have done: the row, its timeline, its events, and the money. This is the only
 * way to store a payout, so that no status ever changes without its money. For a payout that may come back the book
 * must have read {@link settlementCause}.
 * @throws InsufficientFunds when a new payout's hold is not covered
 */
export function stagePayout(book: Book, payout: Payout): void {
  watchingBalance(book, () => stage(book, payout));
}

function stage(book: Book, payout: Payout): void {
  const { order: state, entries } = sealed(payout.state, payout.newEvents);
  for (const event of entries) {
    const posting = postingFor(book, event, state);
    if (posting !== null) {
      const { seq } = post(book, posting);
      // A later decision of the same batch may reverse it, and must then name it.
      if (event.to === 'completed')
        book.put(ledgerCauses, settlementCause(state.id), { seq, availablePaise: 0n, requestDigest: null });
    }
    book.put(payoutEvents, `${state.id}/${event.seq}`, event);
    // An answer of the bank that changed nothing is in the timeline, but is not an event.
    if (event.type !== 'payout.bank_answered') announce(book, announcementOf(event, state));
  }
  book.put(payoutRows, state.id, state);
  if (state.referenceId !== null) book.put(payoutReferences, state.referenceId, state.id);
}

function announcementOf(event: PayoutEvent, state: PayoutState): DomainEvent {
  const { id, attempts } = state;
  const announced = { type: event.type, payload: { payout: { id, attempts } } };
  if (!isShown(event)) return announced;
  const previousStatus = event.from === event.to ? null : event.from;
  return { ...announced, shown: { id, view: payoutView(state, 'merchant'), previousStatus } };
}

/** The key of the transaction by which the payout's money left. */
export function settlementCause(payoutId: string): string {
  return causeKey('payout_settlement', payoutId);
}

/** The money moves exactly when the status does. */
function postingFor(book: Book, { from, to, actor }: PayoutEvent, state: PayoutState): Posting | null {
  if (from === to) return null;
  const { id, amount } = state;
  switch (to) {
    case 'pending':
      return hold(id, amount, actor, requestDigestOf(state));
    case 'completed':
      return settlement(id, amount, actor);
    case 'failed':
    case 'cancelled':
      return release(id, amount, actor);
    case 'processing':
      return null;
    case 'reversed': {
      const settled = book.get(ledgerCauses, settlementCause(id));
      assert(settled !== undefined, 'only what was settled can come back');
      return reversal(id, amount, actor, settled.seq);
    }
  }
}
