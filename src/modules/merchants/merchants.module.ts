import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ServerClock } from '../../platform/clock/clock.public.js';
import { Database, PointReads } from '../../platform/database/database.public.js';
import { Books } from '../../platform/group-commit/group-commit.public.js';
import { Authenticator, Tickets } from '../../platform/http/http.public.js';
import { ChangeBankAccount } from './application/change-bank-account.js';
import { ChangeMerchant } from './application/change-merchant.js';
import { CreateMerchant } from './application/create-merchant.js';
import { IssueApiKey } from './application/issue-api-key.js';
import { RegisterBankAccount } from './application/register-bank-account.js';
import { RevokeApiKey } from './application/revoke-api-key.js';
import { ApiKeys } from './domain/api-keys.js';
import { BankAccounts } from './domain/bank-accounts.js';
import { LimitsAtSignIn } from './domain/limits-at-sign-in.js';
import { Merchants } from './domain/merchants.js';
import { ApiKeysController } from './http/api-keys.controller.js';
import { BankAccountsController } from './http/bank-accounts.controller.js';
import { MerchantsController } from './http/merchants.controller.js';
import { BankAccountsByDestination, BankAccountStore } from './infrastructure/bank-account-stores.js';
import { KeyAuthenticator } from './infrastructure/key-authenticator.js';
import { KeyTickets } from './infrastructure/key-tickets.js';
import { LastUsed } from './infrastructure/last-used.js';
import { LimitsWatch } from './infrastructure/limits-watch.js';
import { MerchantLimitStore } from './infrastructure/merchant-limit-store.js';
import { MerchantStore } from './infrastructure/merchant-store.js';
import { bankAccountEntity, merchantEntity } from './infrastructure/merchant-rows.js';
import { TypeormApiKeys } from './infrastructure/typeorm-api-keys.js';
import { TypeormBankAccounts } from './infrastructure/typeorm-bank-accounts.js';
import { TypeormMerchants } from './infrastructure/typeorm-merchants.js';

/** Expects `Database`, `Books` and the object mapper from global modules. Provides the {@link Authenticator}. */
@Module({
  imports: [TypeOrmModule.forFeature([merchantEntity, bankAccountEntity])],
  controllers: [MerchantsController, ApiKeysController, BankAccountsController],
  providers: [
    { provide: Merchants, useClass: TypeormMerchants },
    { provide: BankAccounts, useClass: TypeormBankAccounts },
    { provide: ApiKeys, useClass: TypeormApiKeys },
    { provide: LimitsAtSignIn, useClass: LimitsWatch },
    KeyTickets,
    { provide: Tickets, useExisting: KeyTickets },
    { provide: LastUsed, inject: [Database], useFactory: (database: Database) => new LastUsed(database) },
    {
      provide: KeyAuthenticator,
      inject: [PointReads, KeyTickets, LastUsed],
      useFactory: (reads: PointReads, tickets: KeyTickets, lastUsed: LastUsed) =>
        new KeyAuthenticator(reads, tickets, lastUsed),
    },
    { provide: Authenticator, useExisting: KeyAuthenticator },
    // The command line does not load the clock module.
    ServerClock,
    CreateMerchant,
    ChangeMerchant,
    RegisterBankAccount,
    ChangeBankAccount,
    IssueApiKey,
    RevokeApiKey,
  ],
  exports: [
    Authenticator,
    Tickets,
    LimitsAtSignIn,
    Merchants,
    CreateMerchant,
    RegisterBankAccount,
    ChangeMerchant,
    IssueApiKey,
  ],
})
export class MerchantsModule {
  constructor(books: Books) {
    books.register(new MerchantStore());
    books.register(new MerchantLimitStore());
    books.register(new BankAccountStore());
    books.register(new BankAccountsByDestination());
  }
}
