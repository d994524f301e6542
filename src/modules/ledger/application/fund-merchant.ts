import { Injectable } from '@nestjs/common';
import { AdminBooks } from '../../../platform/group-commit/group-commit.public.js';
import { adjustment } from '../domain/ledger.js';
import { causeKey, ledgerCauses } from '../domain/ledger-tables.js';
import { FundingKeyReused } from '../domain/refusals.js';
import { assertRoomFor, headOf, post } from './post.js';
import { watchingBalance } from './watching-balance.js';

interface FundMerchantCommand {
  readonly merchantId: string;
  /** Not zero; a negative amount takes money out. */
  readonly amountPaise: bigint;
  readonly reason: string;
  readonly actor: string;
  /** One key funds once, however often and however late the command is repeated. */
  readonly key: string;
}

/**
 * Puts money into a book by hand, under the only role that may do so.
 * The ledger's own unique index allows one transaction per key, for ever; after a crash it is posted or not, never
 * twice.
 */
@Injectable()
export class FundMerchant {
  constructor(private readonly books: AdminBooks) {}

  /**
   * @returns the available balance, and whether the key had been used before
   * @throws FundingKeyReused, InsufficientFunds, AmountTooLarge, BookNotFound, AdministrationDisabled
   */
  execute(command: FundMerchantCommand): Promise<{ availablePaise: bigint; alreadyPosted: boolean }> {
    const { merchantId, amountPaise, reason, actor, key } = command;
    const cause = causeKey('adjustment', key);
    return this.books.write(merchantId, {
      reads: [ledgerCauses.row(cause)],
      decide: (book) => {
        const earlier = book.get(ledgerCauses, cause);
        if (earlier !== undefined && earlier.availablePaise !== amountPaise)
          throw new FundingKeyReused(key, merchantId, { earlier: earlier.availablePaise, asked: amountPaise });
        if (earlier === undefined) {
          if (amountPaise > 0n) assertRoomFor(book, amountPaise);
          const { seq } = watchingBalance(book, () => post(book, adjustment(key, amountPaise, { actor, reason })));
          book.put(ledgerCauses, cause, { seq, availablePaise: amountPaise, requestDigest: null });
        }
        return { availablePaise: headOf(book).balances.available, alreadyPosted: earlier !== undefined };
      },
    });
  }
}
