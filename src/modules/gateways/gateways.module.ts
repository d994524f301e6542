import { Module } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { EndedCall } from './application/bank-call.js';
import { BankGateways } from './application/bank-gateways.js';
import { checkEnabledBanks, openEnabledBanks } from './infrastructure/enabled-banks.js';

/** How the calls end, and how long they take. */
function measureCalls(metrics: Metrics): (call: EndedCall) => void {
  const seconds = metrics.histogram({
    name: 'bahi_gateway_call_seconds',
    help: 'Calls to gateways: what was asked, how it ended, and how long it took.',
    labelNames: ['gateway', 'call', 'ending'],
  });
  return ({ gateway, call, ending, seconds: took }) => seconds.observe({ gateway, call, ending }, took);
}

/** Expects `Config`, `Database` and `Metrics` from global modules. Refuses to be built when no bank is enabled. */
@Module({
  providers: [
    {
      provide: BankGateways,
      inject: [Config, Database, Metrics],
      useFactory: (config: Config, database: Database, metrics: Metrics) =>
        new BankGateways(openEnabledBanks(config, database), config.gatewayTimeoutSeconds, measureCalls(metrics)),
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
