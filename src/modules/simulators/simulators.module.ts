import { Module } from '@nestjs/common';
import { Database } from '../../platform/database/database.public.js';
import { GatewaysModule } from '../gateways/gateways.module.js';
import { AllSimulatedWebhooks } from './domain/simulated-webhooks.js';
import { SqlChargeWebhooks } from './infrastructure/sql-charge-webhooks.js';
import { SqlPayoutWebhooks } from './infrastructure/sql-payout-webhooks.js';
import { DeliverSimulatedWebhooks } from './jobs/deliver-simulated-webhooks.js';

/** The adapters, which the entry points register: the gateways module knows no simulator. */
export { simulatedGateways } from './infrastructure/simulated-gateways.js';

/** The simulators' webhooks. A module of its own, because the command line uses it without wiring any gateway. */
@Module({
  providers: [
    {
      provide: AllSimulatedWebhooks,
      inject: [Database],
      useFactory: (database: Database) =>
        new AllSimulatedWebhooks([new SqlPayoutWebhooks(database), new SqlChargeWebhooks(database)]),
    },
  ],
  exports: [AllSimulatedWebhooks],
})
export class SimulatedWebhooksModule {}

/** Expects its settings, `Database` and `ProcessRole` from global modules. */
@Module({ imports: [GatewaysModule, SimulatedWebhooksModule], providers: [DeliverSimulatedWebhooks] })
export class SimulatorsModule {}
