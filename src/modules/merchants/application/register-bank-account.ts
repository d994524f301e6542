import { Injectable } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import { Books } from '../../../platform/group-commit/group-commit.public.js';
import { announce } from '../../../platform/outbox/outbox.public.js';
import { type BankAccount, type Destination, isSameHolder } from '../domain/bank-account.js';
import { BankAccounts } from '../domain/bank-accounts.js';
import { bankAccountRows, bankAccountsByDestination, destinationKey } from '../domain/merchant-tables.js';
import { MerchantSettings } from '../merchants.settings.js';
import { BankAccountInactive, TooManyBankAccounts } from '../domain/refusals.js';

interface RegisterBankAccountCommand {
  readonly merchantId: string;
  readonly holderName: string;
  readonly destination: Destination;
  /** Given for the demo, whose ids are documented; otherwise a new id is drawn. */
  readonly id?: string;
}

interface RegisteredBankAccount {
  readonly account: BankAccount;
  /** False: the merchant already had it, and it is unchanged, including the spelling of the holder's name. */
  readonly isNew: boolean;
}

/**
 * Registers a bank account, once per destination (number and IFSC, or VPA) and holder's name, so that no
 * Idempotency-Key is needed: a caller who got no answer, for instance after a crash, sends the same request again and
 * gets the account that the first one made.
 *
 * A misspelt name is corrected by registering the right one. This is refused while an account with the destination is
 * inactive: otherwise a closed account could be opened again under another name.
 */
@Injectable()
export class RegisterBankAccount {
  constructor(
    private readonly books: Books,
    private readonly accounts: BankAccounts,
    private readonly settings: MerchantSettings,
  ) {}

  /** @throws BankAccountInactive, TooManyBankAccounts, BookNotFound when there is no such merchant */
  async execute(command: RegisterBankAccountCommand): Promise<RegisteredBankAccount> {
    const { merchantId, holderName, destination } = command;
    const key = destinationKey(destination);
    const isWanted = (account: BankAccount): boolean => isSameHolder(account.holderName, holderName);
    // Most registrations are repeats, and those need neither room nor a lock.
    const earlier = (await this.accounts.ofDestination(merchantId, destination)).find(isWanted);
    if (earlier !== undefined) return { account: earlier, isNew: false };
    // Before the lock, so concurrent requests may exceed the bound by their number.
    const max = this.settings.bankAccounts;
    const isFull = (await this.accounts.count(merchantId, max)) >= max;
    const { id, isNew } = await this.books.write(merchantId, {
      reads: [bankAccountsByDestination.row(key)],
      decide: (book) => {
        const there = book.get(bankAccountsByDestination, key) ?? [];
        const known = there.find(isWanted);
        if (known !== undefined) return { id: known.id, isNew: false };
        if (there.some(({ isActive }) => !isActive)) throw BankAccountInactive.ofDestination();
        if (isFull) throw new TooManyBankAccounts(max);
        const id = command.id ?? book.nextId();
        const account = { merchantId, id, holderName, destination, isActive: true, createdAt: book.now.orderTime };
        book.put(bankAccountRows, id, account);
        book.put(bankAccountsByDestination, key, [...there, account]);
        announce(book, { type: 'bank_account.registered', payload: { bank_account_id: id } });
        return { id, isNew: true };
      },
    });
    const account = await this.accounts.find(merchantId, id);
    assert(account !== null, 'a bank account that was registered is never removed');
    return { account, isNew };
  }
}
