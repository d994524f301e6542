import { sha256 } from '../../../shared/sha256.js';
import type { Transfer } from '../../gateways/gateways.public.js';
import type { BankAnswer } from '../domain/bank-answer.js';
import type { AnswerRecord, PayoutState } from '../domain/payout-state.js';
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

/** SHA-256, hexadecimal, of all that the bank is asked to do: equal for attempts that ask for the same. */
export function digestOf({ reference, amountPaise, mode, beneficiary, narration }: Transfer): string {
  const { name, accountNumber, ifsc, vpa } = beneficiary;
  const asked = [reference, amountPaise.toString(), mode, name, accountNumber, ifsc, vpa, narration];
  return hex(sha256(JSON.stringify(asked.map((part) => part ?? null))));
}

/** What the bank has said, as the timeline keeps it. */
export function answerRecord(
  { kind, gateway, attempt, askedAt }: EndedCall,
  { digest, ...said }: BankAnswer,
): AnswerRecord {
  return {
    ...{ kind, gateway, attempt },
    ending: said.kind,
    reason: reasonOf(said),
    utr: said.kind === 'succeeded' || said.kind === 'returned' ? said.utr : null,
    response_digest: digest ?? hex(sha256(JSON.stringify(said))),
    asked_at: askedAt.toISOString(),
  };
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
