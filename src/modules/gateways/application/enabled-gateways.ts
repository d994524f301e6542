import { Logger } from '@nestjs/common';
import { type Config, ProcessSettings, StartupError } from '../../../platform/config/config.public.js';
import type { BankGateway } from '../domain/bank-gateway.js';
import type { Adapter, GatewayAdapters, SettingsReader } from '../domain/gateway-adapters.js';
import type { PaymentGateway } from '../domain/payment-gateway.js';
import { GatewaySettings } from '../gateways.settings.js';

/** The names of the enabled gateways, and how the settings of each are read. */
export interface EnabledGateways {
  readonly gateways: readonly string[];
  readonly production: boolean;
  /** Reads the settings of a gateway when it is opened. The settings of other gateways are never read. */
  readonly reader: SettingsReader;
}

export function enabledGateways(config: Config): EnabledGateways {
  const { enabled: gateways } = config.get(GatewaySettings);
  return { gateways, production: config.get(ProcessSettings).production, reader: config };
}

/**
 * Refuses settings with which payouts would be accepted and never sent.
 *
 * @throws StartupError when a name is unknown, when no name is a bank's, or when a gateway lacks a setting that it
 *   needs
 */
export function checkEnabledGateways(settings: EnabledGateways, adapters: GatewayAdapters): void {
  const { gateways, reader } = settings;
  const { banks, providers } = adapters;
  const stranger = gateways.find((name) => !banks.has(name) && !providers.has(name));
  if (stranger !== undefined) {
    const known = [...banks.keys(), ...providers.keys()].join(', ');
    throw new StartupError(`GATEWAYS names ${stranger}, which is unknown. Known gateways: ${known}.`);
  }
  if (!gateways.some((name) => banks.has(name))) {
    const known = [...banks.keys()].join(', ');
    throw new StartupError(`GATEWAYS names no bank, so no payout could be sent. Add at least one of ${known}.`);
  }
  for (const name of gateways) {
    const adapter = (banks.get(name) ?? providers.get(name))!;
    const missing = adapter.settings === undefined ? [] : reader.missing(adapter.settings);
    if (missing.length > 0)
      throw new StartupError(`GATEWAYS enables ${name}, which needs ${missing.join(' and ')}. Set them, or remove it.`);
    // Opening it checks its settings, and calls nobody yet.
    adapter.open(reader);
  }
}

/**
 * The banks that `GATEWAYS` enables, in its order. In production it warns about every simulator among them.
 *
 * @throws StartupError as {@link checkEnabledGateways}
 */
export function openEnabledBanks(settings: EnabledGateways, adapters: GatewayAdapters): BankGateway[] {
  checkEnabledGateways(settings, adapters);
  return opened(adapters.banks, settings, 'payouts through it complete');
}

/** The payment providers that `GATEWAYS` enables, in its order. @throws StartupError as {@link checkEnabledGateways} */
export function openEnabledProviders(settings: EnabledGateways, adapters: GatewayAdapters): PaymentGateway[] {
  checkEnabledGateways(settings, adapters);
  return opened(adapters.providers, settings, 'payments through it are credited');
}

/** The hosts of the enabled gateways, taken from all of their settings that are addresses. */
export function hostsOfEnabled({ gateways, reader }: EnabledGateways, adapters: GatewayAdapters): string[] {
  const settings = gateways.map((name) => (adapters.banks.get(name) ?? adapters.providers.get(name))?.settings);
  const values = settings.flatMap((group): unknown[] =>
    group === undefined ? [] : Object.values(reader.get(group) as object),
  );
  const addresses = values.filter(
    (value) => typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value),
  );
  return addresses.map((address) => new URL(address as string).hostname);
}

function opened<Gateway>(
  adapters: ReadonlyMap<string, Adapter<Gateway>>,
  { gateways, production, reader }: EnabledGateways,
  danger: string,
): Gateway[] {
  const logger = new Logger('Gateways');
  return gateways.flatMap((name) => {
    const adapter = adapters.get(name);
    if (adapter === undefined) return [];
    if (production && adapter.simulated)
      logger.warn(`GATEWAYS enables ${name} in production: ${danger} although no money moves. Remove it from GATEWAYS`);
    return [adapter.open(reader)];
  });
}
