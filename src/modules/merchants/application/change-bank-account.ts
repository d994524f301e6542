import { Injectable } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import { Books } from '../../../platform/group-commit/group-commit.public.js';
import { announce } from '../../../platform/outbox/outbox.public.js';
import type { BankAccount } from '../domain/bank-account.js';
import { BankAccountNotFound } from '../domain/refusals.js';
import { BankAccounts } from '../domain/bank-accounts.js';
import { bankAccountRows } from '../domain/merchant-tables.js';

interface ChangeBankAccountCommand {
  readonly id: string;
  /** Null: an operator who names no merchant means the account's owner. */
  readonly merchantId: string | null;
  readonly isActive: boolean;
}

/**
 * Opens or closes a bank account for payouts, under the book's lock: a payout that is requested or sent at the same
 * moment sees it either open or closed. The event wakes the payouts that wait for it. One commit; repeated after a lost
 * answer, it changes nothing more.
 */
@Injectable()
export class ChangeBankAccount {
  constructor(
    private readonly books: Books,
    private readonly accounts: BankAccounts,
  ) {}

  /** @throws BankAccountNotFound */
  async execute({ id, merchantId, isActive }: ChangeBankAccountCommand): Promise<BankAccount> {
    // Only finds the book. The account itself is read again under the lock.
    const found = await this.accounts.find(merchantId, id);
    if (found === null) throw new BankAccountNotFound();
    return this.books.write(found.merchantId, {
      reads: [bankAccountRows.row(id)],
      decide: (book) => {
        const account = book.get(bankAccountRows, id);
        assert(account !== undefined, 'a bank account that was registered is never removed');
        if (isActive === account.isActive) return account;
        const after = { ...account, isActive };
        book.put(bankAccountRows, id, after);
        const type = isActive ? 'bank_account.activated' : 'bank_account.deactivated';
        announce(book, { type, payload: { bank_account: { id, is_active: isActive } } });
        return after;
      },
    });
  }
}
