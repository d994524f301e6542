import { Global, Module } from '@nestjs/common';
import { Config } from '../platform/config/config.public.js';
import { Database, type Sql } from '../platform/database/database.public.js';
import { BANK_ADAPTERS, GatewaysModule, PROVIDER_ADAPTERS } from '../modules/gateways/gateways.module.js';
import { GatewayAdapters } from '../modules/gateways/gateways.public.js';
import { simulatedGateways } from '../modules/simulators/simulators.module.js';
import { SimulatorSettings } from '../modules/simulators/simulators.settings.js';

const NO_DATABASE: Sql = { query: () => Promise.reject(new Error('a start calls no gateway')) };

/** Every gateway that `GATEWAYS` may name. Only here do the simulated ones and the others meet. */
export function gatewayAdapters(config: Config, sql: Sql): GatewayAdapters {
  const simulated = simulatedGateways(config.get(SimulatorSettings), sql);
  return {
    banks: new Map([...simulated.banks, ...BANK_ADAPTERS]),
    providers: new Map([...simulated.providers, ...PROVIDER_ADAPTERS]),
  };
}

/** Asks before anything is opened. @throws StartupError as {@link GatewaysModule.check} */
export function checkGateways(config: Config): void {
  GatewaysModule.check(config, gatewayAdapters(config, NO_DATABASE));
}

/** Hands the table to the gateways. Global, because the modules that import them know no adapter. */
@Global()
@Module({
  providers: [{ provide: GatewayAdapters, inject: [Config, Database], useFactory: gatewayAdapters }],
  exports: [GatewayAdapters],
})
export class GatewayAdaptersModule {}
