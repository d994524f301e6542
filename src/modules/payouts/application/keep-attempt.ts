import { sha256 } from '../../../shared/sha256.js';
import type { Book } from '../../../platform/group-commit/book.js';
import type { Transfer } from '../../gateways/gateways.public.js';
import type { PayoutState } from '../domain/payout-state.js';
import { payoutAnswers, payoutAttempts } from '../domain/payout-tables.js';
import type { BankAnswer } from '../domain/bank-answer.js';
import type { AnsweredCall } from '../domain/settlement.js';

/** A call to the bank, or from it, that has ended. */
export interface EndedCall extends AnsweredCall {
  /** When the call began, or the callback came. */
  readonly askedAt: Date;
}

/** What the bank is asked to do, in every attempt. */
export function transferOf({ id, amount, mode, recipient, narration }: PayoutState): Transfer {
  return { reference: id, amountPaise: amount.paise, mode, beneficiary: recipient, narration };
}

/** Writes down that the bank is about to be asked. */
export function keepAttempt(book: Book, state: PayoutState): void {
  const { reference, amountPaise, mode, beneficiary, narration } = transferOf(state);
  const { name, accountNumber, ifsc, vpa } = beneficiary;
  const asked = [reference, amountPaise.toString(), mode, name, accountNumber, ifsc, vpa, narration];
  book.put(payoutAttempts, `${state.id}/${state.attempts}`, {
    payoutId: state.id,
    attempt: state.attempts,
    gateway: state.gateway!,
    mode,
    reference,
    requestDigest: hex(sha256(JSON.stringify(asked.map((part) => part ?? null)))),
    startedAt: book.now,
  });
}

/** Writes down what the bank has said, whether or not it changes the payout. */
export function keepAnswer(book: Book, payoutId: string, call: EndedCall, answer: BankAnswer): void {
  const { digest, ...said } = answer;
  const id = book.nextId();
  book.put(payoutAnswers, id, {
    payoutId,
    id,
    attempt: call.attempt,
    gateway: call.gateway,
    kind: call.kind,
    ending: answer.kind,
    reason: reasonOf(answer),
    utr: answer.kind === 'succeeded' || answer.kind === 'returned' ? answer.utr : null,
    responseDigest: digest ?? hex(sha256(JSON.stringify(said))),
    askedAt: call.askedAt,
    answeredAt: book.now,
  });
}

function reasonOf(answer: BankAnswer): string | null {
  switch (answer.kind) {
    case 'rejected':
    case 'returned':
      return answer.failure.code;
    case 'pending':
      return answer.code ?? null;
    case 'unknown':
      return answer.why;
    case 'succeeded':
    case 'not_found':
      return null;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
