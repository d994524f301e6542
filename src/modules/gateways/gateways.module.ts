import { Module } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { BankGateways } from './application/bank-gateways.js';
import { checkEnabledBanks, openEnabledBanks } from './infrastructure/enabled-banks.js';

/** Expects `Config` and `Database` from a global module. Refuses to be built when no bank is enabled. */
@Module({
  providers: [
    {
      provide: BankGateways,
      inject: [Config, Database],
      useFactory: (config: Config, database: Database) =>
        new BankGateways(openEnabledBanks(config, database), config.gatewayTimeoutSeconds),
    },
  ],
  exports: [BankGateways],
})
export class GatewaysModule {
  /**
   * The same refusal, for the start to ask before it opens anything: thrown while Nest builds its modules, the error
   * would be logged with a stack trace.
   *
   * @throws StartupError when `GATEWAYS` names a stranger or no bank
   */
  static check(config: Config): void {
    checkEnabledBanks(config);
  }
}
