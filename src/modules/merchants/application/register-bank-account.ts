import { Injectable } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import { Books } from '../../../platform/group-commit/group-commit.public.js';
import { announce } from '../../../platform/outbox/outbox.public.js';
import type { BankAccount, Destination } from '../domain/bank-account.js';
import { BankAccounts } from '../domain/bank-accounts.js';
import { bankAccountDestinations, bankAccountRows, destinationKey } from '../domain/merchant-tables.js';

interface RegisterBankAccountCommand {
  readonly merchantId: string;
  readonly holderName: string;
  readonly destination: Destination;
  /** Given for the demo, whose ids are documented. Otherwise a new one is drawn. */
  readonly id?: string;
}

interface RegisteredBankAccount {
  readonly account: BankAccount;
  /** False: the merchant had it already, and it is unchanged, its holder's name included. */
  readonly isNew: boolean;
}

/**
 * Registers a bank account, once per number and IFSC or VPA, so that it needs no Idempotency-Key: a caller without an
 * answer, after a crash for instance, sends the same again and gets the account that the first request made.
 */
@Injectable()
export class RegisterBankAccount {
  constructor(
    private readonly books: Books,
    private readonly accounts: BankAccounts,
  ) {}

  /** @throws BookNotFound when there is no such merchant */
  async execute(command: RegisterBankAccountCommand): Promise<RegisteredBankAccount> {
    const { merchantId, holderName, destination } = command;
    const key = destinationKey(destination);
    const { id, isNew } = await this.books.write(merchantId, {
      reads: [bankAccountDestinations.row(key)],
      decide: (book) => {
        const known = book.get(bankAccountDestinations, key);
        if (known !== undefined) return { id: known, isNew: false };
        const id = command.id ?? book.nextId();
        const createdAt = book.now;
        book.put(bankAccountRows, id, { merchantId, id, holderName, destination, isActive: true, createdAt });
        book.put(bankAccountDestinations, key, id);
        announce(book, { type: 'bank_account.registered', payload: { bank_account_id: id } });
        return { id, isNew: true };
      },
    });
    const account = await this.accounts.find(merchantId, id);
    assert(account !== null, 'a bank account that was registered is never removed');
    return { account, isNew };
  }
}
