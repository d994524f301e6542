import { Global, Module } from '@nestjs/common';
import { Config } from '../platform/config/config.public.js';
import { Database, type Sql } from '../platform/database/database.public.js';
import { BANK_ADAPTERS, GatewaysModule, PROVIDER_ADAPTERS } from '../modules/gateways/gateways.module.js';
import { GatewayAdapters } from '../modules/gateways/gateways.public.js';
import { simulatedGateways } from '../modules/simulators/simulators.module.js';
import { SimulatorSettings } from '../modules/simulators/simulators.settings.js';

const NO_DATABASE: Sql = { query: () => Promise.reject(new Error('a start calls no gateway')) };

/** Every gateway that `GATEWAYS` may name. Only this file knows both the simulated gateways and the others. */
export function gatewayAdapters(config: Config, sql: Sql): GatewayAdapters {
  const simulated = simulatedGateways(config.get(SimulatorSettings), sql);
  return {
    banks: new Map([...simulated.banks, ...BANK_ADAPTERS]),
    providers: new Map([...simulated.providers, ...PROVIDER_ADAPTERS]),
  };
}

/** Checks the gateway settings before anything is opened. @throws StartupError as {@link GatewaysModule.check} */
export function checkGateways(config: Config): void {
  GatewaysModule.check(config, gatewayAdapters(config, NO_DATABASE));
}

/** Provides the table of adapters to the gateways. Global, because the modules that import them know no adapter. */
@Global()
@Module({
  providers: [{ provide: GatewayAdapters, inject: [Config, Database], useFactory: gatewayAdapters }],
  exports: [GatewayAdapters],
})
export class GatewayAdaptersModule {}
