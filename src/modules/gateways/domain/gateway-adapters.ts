import type { BankGateway } from './bank-gateway.js';
import type { PaymentGateway } from './payment-gateway.js';

/** A group of settings, which knows the environment variables that its values come from. */
export type SettingsClass<Values> = new (values: never) => Values;

/** Reads settings from the environment; implemented by the platform's `Config`. */
export interface SettingsReader {
  /** @throws StartupError for a variable with an invalid value */
  get<Values>(settings: SettingsClass<Values>): Values;
  /** The variables that are required and not set. */
  missing(settings: SettingsClass<unknown>): readonly string[];
}

/** How the gateway of one name is opened. */
export interface Adapter<Gateway> {
  /** Moves no real money. In production it is enabled only by mistake or for a rehearsal. */
  readonly simulated: boolean;
  /** The settings that it reads when it is enabled, from variables that begin with its name. Left out: none. */
  readonly settings?: SettingsClass<unknown>;
  /** Calls nobody yet. @throws StartupError as {@link SettingsReader.get} */
  readonly open: (reader: SettingsReader) => Gateway;
}

/** An adapter that is opened with the values of its settings. They are not read before that. */
export function adapter<Gateway, Values>(entry: {
  readonly simulated: boolean;
  readonly settings: SettingsClass<Values>;
  readonly open: (settings: Values) => Gateway;
}): Adapter<Gateway> {
  return { ...entry, open: (reader) => entry.open(reader.get(entry.settings)) };
}

/** Every gateway that `GATEWAYS` may name. The entry points build the table. */
export abstract class GatewayAdapters {
  abstract readonly banks: ReadonlyMap<string, Adapter<BankGateway>>;
  abstract readonly providers: ReadonlyMap<string, Adapter<PaymentGateway>>;
}
