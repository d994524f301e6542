import type { BankGateway } from './bank-gateway.js';
import type { PaymentGateway } from './payment-gateway.js';

/** A group of settings: it says from which variables of the environment its values come. */
export type SettingsClass<Values> = new (values: never) => Values;

/** Who has read the environment: the platform's `Config`. */
export interface SettingsReader {
  /** @throws StartupError for a variable whose value cannot be right */
  get<Values>(settings: SettingsClass<Values>): Values;
  /** The variables that are needed and not set. */
  missing(settings: SettingsClass<unknown>): readonly string[];
}

/** How a gateway of a name is opened. */
export interface Adapter<Gateway> {
  /** Moves no real money: useful everywhere, and in production only by mistake or for a rehearsal. */
  readonly simulated: boolean;
  /** What it reads when it is enabled, from variables that begin with its name. Left out: nothing. */
  readonly settings?: SettingsClass<unknown>;
  /** Asks nothing of anybody yet. @throws StartupError as {@link SettingsReader.get} */
  readonly open: (reader: SettingsReader) => Gateway;
}

/** An adapter that is opened with the values of its settings, which nobody reads before. */
export function adapter<Gateway, Values>(entry: {
  readonly simulated: boolean;
  readonly settings: SettingsClass<Values>;
  readonly open: (settings: Values) => Gateway;
}): Adapter<Gateway> {
  return { ...entry, open: (reader) => entry.open(reader.get(entry.settings)) };
}

/** Every gateway that `GATEWAYS` may name. The entry points put the table together. */
export abstract class GatewayAdapters {
  abstract readonly banks: ReadonlyMap<string, Adapter<BankGateway>>;
  abstract readonly providers: ReadonlyMap<string, Adapter<PaymentGateway>>;
}
