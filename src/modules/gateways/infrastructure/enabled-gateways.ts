import { Logger } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import { StartupError } from '../../../platform/config/config.public.js';
import type { BankGateway } from '../domain/bank-gateway.js';
import type { PaymentGateway } from '../domain/payment-gateway.js';
import type { Adapter, GatewaySettings } from './adapter.js';
import { BANKS } from './banks.js';
import { PAYMENT_PROVIDERS } from './payment-providers.js';

const NO_DATABASE: Sql = { query: () => Promise.reject(new Error('a start calls no gateway')) };

/** `GATEWAYS` names both kinds. */
const ADAPTERS: ReadonlyMap<string, Adapter<unknown>> = new Map<string, Adapter<unknown>>([
  ...BANKS,
  ...PAYMENT_PROVIDERS,
]);

/**
 * Refuses settings with which payouts would be accepted and never sent.
 *
 * @throws StartupError when a name is unknown, when no name is a bank's, or when a gateway is not told what it needs
 */
export function checkEnabledGateways(settings: GatewaySettings): void {
  const { gateways, gatewayVariables } = settings;
  const stranger = gateways.find((name) => !ADAPTERS.has(name));
  if (stranger !== undefined) {
    const known = [...ADAPTERS.keys()].join(', ');
    throw new StartupError(`GATEWAYS names ${stranger}, which is not known: expected some of ${known}.`);
  }
  if (!gateways.some((name) => BANKS.has(name))) {
    const banks = [...BANKS.keys()].join(', ');
    throw new StartupError(`GATEWAYS names no bank, so no payout could be sent: add at least one of ${banks}.`);
  }
  for (const name of gateways) {
    const adapter = ADAPTERS.get(name)!;
    const missing = adapter.needs?.filter((variable) => gatewayVariables[variable] === undefined) ?? [];
    if (missing.length > 0)
      throw new StartupError(
        `GATEWAYS enables ${name}, which needs ${missing.join(' and ')}: set them, or take it out.`,
      );
    // What it is told is checked as it is opened. Nothing is asked of anybody yet.
    adapter.open(settings, NO_DATABASE);
  }
}

/**
 * The banks that `GATEWAYS` enables, in its order. Says at every start when real payouts would go to a simulator.
 *
 * @throws StartupError as {@link checkEnabledGateways}
 */
export function openEnabledBanks(settings: GatewaySettings, sql: Sql): BankGateway[] {
  return opened(BANKS, settings, sql, 'payouts sent to it look completed');
}

/** The payment providers that `GATEWAYS` enables, in its order. @throws StartupError as {@link checkEnabledGateways} */
export function openEnabledProviders(settings: GatewaySettings, sql: Sql): PaymentGateway[] {
  return opened(PAYMENT_PROVIDERS, settings, sql, 'payments by it are credited');
}

function opened<Gateway>(
  adapters: ReadonlyMap<string, Adapter<Gateway>>,
  settings: GatewaySettings,
  sql: Sql,
  danger: string,
): Gateway[] {
  checkEnabledGateways(settings);
  const logger = new Logger('Gateways');
  return settings.gateways.flatMap((name) => {
    const adapter = adapters.get(name);
    if (adapter === undefined) return [];
    if (settings.production && adapter.simulated)
      logger.warn(`GATEWAYS enables ${name} in production: ${danger}, and no real money moves`);
    return [adapter.open(settings, sql)];
  });
}
