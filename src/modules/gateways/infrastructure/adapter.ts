import { type Config, StartupError } from '../../../platform/config/config.public.js';
import type { Sql } from '../../../platform/database/database.public.js';
import { seededDice } from './seeded-dice.js';

export type GatewaySettings = Pick<
  Config,
  'gateways' | 'production' | 'payoutBankFailureRate' | 'paymentGatewayFailureRate' | 'gatewayVariables'
>;

type Told = Readonly<Record<string, string>>;

/** How a gateway of a name is opened. */
export interface Adapter<Gateway> {
  /** Moves no real money: useful everywhere, and in production only by mistake or for a rehearsal. */
  readonly simulated: boolean;
  /** What the environment must tell it; the names begin with the gateway's own. */
  readonly needs?: readonly string[];
  readonly open: (settings: GatewaySettings, sql: Sql) => Gateway;
}

/** @throws StartupError when it is set and no share */
export function shareIn(variables: Told, name: string): number {
  const text = variables[name] ?? '0';
  const share = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(share <= 1))
    throw new StartupError(`${name}=${text} is not valid: expected a number from 0 to 1, such as 0.05.`);
  return share;
}

/** With a seed under this name, each process draws the same numbers in each run. */
export function diceFor(variables: Told, name: string): () => number {
  const seed = variables[name];
  return seed === undefined ? Math.random : seededDice(seed);
}

/** @throws StartupError when it is no address of HTTP */
export function addressIn(variables: Told, name: string, otherwise?: string): string {
  const text = variables[name] ?? otherwise!;
  if (!/^https?:\/\/[^/?#@]+(\/[^?#]*)?$/.test(text) || !URL.canParse(text))
    throw new StartupError(`${name} is not valid: expected an address such as https://bank.example.`);
  return text.replace(/\/+$/, '');
}
