import { Injectable } from '@nestjs/common';
import type { Money } from '../../../shared/money.js';
import type { Origin } from '../../../shared/origin.js';
import { type Book, Books } from '../../../platform/group-commit/group-commit.public.js';
import { BankGateways, ConfiguredRecovery } from '../../gateways/gateways.public.js';
import { idempotencyRecords, once } from '../../idempotency/idempotency.public.js';
import type { StoredReply, KeyedRequest } from '../../idempotency/idempotency.public.js';
import type { Reply } from '../../../shared/reply.js';
import {
  bankAccountRows,
  BankAccountInactive,
  BankAccountUnknown,
  isMerchantActive,
  MerchantInactive,
  merchantRows,
} from '../../merchants/merchants.public.js';
import { Payout } from '../domain/payout.js';
import type { PayoutState } from '../domain/payout-state.js';
import { DuplicateReference } from '../domain/refusals.js';
import { stagePayout } from './stage-payout.js';
import { payoutReferences } from '../domain/payout-tables.js';
import type { TransferMode } from '../../gateways/gateways.language.js';

export interface CreatePayoutCommand {
  readonly merchantId: string;
  readonly actor: string;
  readonly amount: Money;
  readonly bankAccountId: string;
  readonly mode: TransferMode | null;
  readonly referenceId: string | null;
  readonly narration: string | null;
  readonly origin: Origin;
}

/** What a request without a mode asks for depends on whether it pays to an account or to a VPA; only the book knows. */
interface KeyedPayout extends KeyedRequest {
  readonly hashToVpa: () => Uint8Array;
}

/**
 * A merchant asks for money to be paid out.
 *
 * The idempotency record, the hold, the payout, its timeline, the event and the reply are one commit. A crash before it
 * leaves nothing; after it the payout is due, and the relay or the sweep continues. The bank is not called here.
 */
@Injectable()
export class CreatePayout {
  constructor(
    private readonly books: Books,
    private readonly recovery: ConfiguredRecovery,
    private readonly banks: BankGateways,
  ) {}

  /**
   * @throws MerchantInactive, IdempotencyKeyReused, Overloaded; recorded refusals come back as a reply:
   * DuplicateReference, BankAccountUnknown, BankAccountInactive, ModeNotSupported, InsufficientFunds, in this order
   */
  execute(
    command: CreatePayoutCommand,
    request: KeyedPayout,
    reply: (payout: PayoutState) => Reply,
  ): Promise<StoredReply> {
    const { merchantId, bankAccountId, referenceId, origin } = command;
    const reads = [
      idempotencyRecords.row(request.key),
      merchantRows.row(''),
      bankAccountRows.row(bankAccountId),
      ...(referenceId === null ? [] : [payoutReferences.row(referenceId)]),
    ];
    const decide = (book: Book): StoredReply =>
      once(book, comparable(book, bankAccountId, request), () => reply(this.decide(book, command)));
    return this.books.write(merchantId, { reads, decide, origin });
  }

  private decide(book: Book, command: CreatePayoutCommand): PayoutState {
    const { merchantId, bankAccountId, referenceId, amount, narration, actor } = command;
    if (!isMerchantActive(book)) throw new MerchantInactive();
    const earlier = referenceId === null ? undefined : book.get(payoutReferences, referenceId);
    if (earlier !== undefined) throw new DuplicateReference(earlier);
    const account = book.get(bankAccountRows, bankAccountId);
    if (account === undefined) throw new BankAccountUnknown();
    if (!account.isActive) throw new BankAccountInactive();
    const { holderName: name, destination } = account;
    const paysTo = destination.vpa === undefined ? 'account' : 'vpa';
    const mode = this.banks.chooseMode(command.mode, { amountPaise: amount.paise, paysTo });
    const recipient = { name, ...destination };
    const payout = Payout.request(
      { id: book.nextId(), merchantId, bankAccountId, recipient, amount, mode, referenceId, narration },
      { now: book.now, actor },
      this.recovery.leaseEnd(book.now),
    );
    stagePayout(book, payout);
    return payout.state;
  }
}

function comparable(book: Book, bankAccountId: string, request: KeyedPayout): KeyedRequest {
  const { hashToVpa, ...toAccount } = request;
  const paysToVpa = book.get(bankAccountRows, bankAccountId)?.destination.vpa !== undefined;
  return paysToVpa ? { ...toAccount, requestHash: hashToVpa(), formerHash: toAccount.requestHash } : toAccount;
}
