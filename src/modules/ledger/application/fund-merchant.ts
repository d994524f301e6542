import { Injectable } from '@nestjs/common';
import { AdminBooks } from '../../../platform/group-commit/group-commit.public.js';
import { adjustment } from '../domain/ledger.js';
import { causeKey, ledgerCauses } from '../domain/ledger-tables.js';
import { FundingKeyReused } from '../domain/refusals.js';
import { assertRoomFor, headOf, post } from './post.js';
import { watchingBalance } from './watching-balance.js';

interface FundMerchantCommand {
  readonly merchantId: string;
  /** Not zero; a negative amount takes money out again. */
  readonly amountPaise: bigint;
  readonly reason: string;
  readonly actor: string;
  /** The same key funds once, however often the command is repeated and however much later. */
  readonly key: string;
}

/**
 * Puts money into a book by hand, as the role that alone may.
 * One transaction per key for ever, by the ledger's own unique index; a crash leaves it posted or not, never twice.
 */
@Injectable()
export class FundMerchant {
  constructor(private readonly books: AdminBooks) {}

  /**
   * @returns the available balance, and whether the key had been posted before
   * @throws FundingKeyReused, InsufficientFunds, AmountTooLarge, BookNotFound, AdministrationDisabled
   */
  execute(command: FundMerchantCommand): Promise<{ availablePaise: bigint; alreadyPosted: boolean }> {
    const { merchantId, amountPaise, reason, actor, key } = command;
    const cause = causeKey('adjustment', key);
    return this.books.write(merchantId, {
      reads: [ledgerCauses.row(cause)],
      decide: (book) => {
        const earlier = book.get(ledgerCauses, cause);
        if (earlier !== undefined && earlier.availablePaise !== amountPaise) throw new FundingKeyReused(key);
        if (earlier === undefined) {
          if (amountPaise > 0n) assertRoomFor(book, amountPaise);
          const { seq } = watchingBalance(book, () => post(book, adjustment(key, amountPaise, actor, reason)));
          book.put(ledgerCauses, cause, { seq, availablePaise: amountPaise, requestDigest: null });
        }
        return { availablePaise: headOf(book).balances.available, alreadyPosted: earlier !== undefined };
      },
    });
  }
}
