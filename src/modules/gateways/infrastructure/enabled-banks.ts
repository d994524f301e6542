import { Logger } from '@nestjs/common';
import type { Config } from '../../../platform/config/config.js';
import type { Sql } from '../../../platform/database/sql.js';
import { StartupError } from '../../../platform/startup-error.js';
import type { BankGateway } from '../domain/bank-gateway.js';
import { AlwaysFails } from './always-fails.js';
import { AlwaysSucceeds } from './always-succeeds.js';
import { BankSimulator } from './bank-simulator.js';
import { seededDice } from './seeded-dice.js';

type Settings = Pick<Config, 'gateways' | 'production' | 'payoutBankFailureRate' | 'gatewayVariables'>;

interface Adapter {
  /** Moves no real money: useful everywhere, and in production only by mistake or for a rehearsal. */
  readonly simulated: boolean;
  readonly open: (settings: Settings, sql: Sql) => BankGateway;
}

/** Every bank adapter by its name. A new one is a line here. */
const BANKS: ReadonlyMap<string, Adapter> = new Map([
  [
    'bank-simulator',
    {
      simulated: true,
      open: ({ payoutBankFailureRate: rejected, gatewayVariables: told }, sql) =>
        new BankSimulator(sql, { rejected, eachFault: shareIn(told, 'BANK_SIMULATOR_FAULT_RATE') }, diceFor(told)),
    },
  ],
  ['always-succeeds', { simulated: true, open: () => new AlwaysSucceeds() }],
  ['always-fails', { simulated: true, open: () => new AlwaysFails() }],
] satisfies [string, Adapter][]);

/** `GATEWAYS` names both kinds; those of the other port are known here so that a slip of the pen in them is caught. */
const PAYMENT_GATEWAYS = ['payment-simulator', 'payment-succeeds', 'payment-fails', 'stripe'];

/**
 * Refuses settings with which payouts would be accepted and never sent.
 *
 * @throws StartupError when a name is unknown, or when no name is a bank's
 */
export function checkEnabledBanks({ gateways }: Pick<Settings, 'gateways'>): void {
  const known = [...BANKS.keys(), ...PAYMENT_GATEWAYS];
  const stranger = gateways.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new StartupError(`GATEWAYS names ${stranger}, which is not known: expected some of ${known.join(', ')}.`);
  }
  if (!gateways.some((name) => BANKS.has(name))) {
    const banks = [...BANKS.keys()].join(', ');
    throw new StartupError(`GATEWAYS names no bank, so no payout could be sent: add at least one of ${banks}.`);
  }
}

/**
 * The banks that `GATEWAYS` enables, in its order. Says at every start when real payouts would go to a simulator.
 *
 * @throws StartupError as {@link checkEnabledBanks}
 */
export function openEnabledBanks(settings: Settings, sql: Sql): BankGateway[] {
  checkEnabledBanks(settings);
  const enabled = settings.gateways.flatMap((name) => BANKS.get(name) ?? []);
  const banks = enabled.map((adapter) => adapter.open(settings, sql));
  if (settings.production) warnOfSimulators(banks.filter((_, index) => enabled[index]?.simulated));
  return banks;
}

function warnOfSimulators(simulators: readonly BankGateway[]): void {
  const logger = new Logger('Gateways');
  for (const { name } of simulators) {
    logger.warn(`GATEWAYS enables ${name} in production: payouts sent to it look completed, and no real money moves`);
  }
}

/** @throws StartupError when it is set and no share */
function shareIn(variables: Settings['gatewayVariables'], name: string): number {
  const text = variables[name] ?? '0';
  const share = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(share <= 1))
    throw new StartupError(`${name}=${text} is not valid: expected a number from 0 to 1, such as 0.05.`);
  return share;
}

/** With a seed, each process draws the same numbers in each run. */
function diceFor(variables: Settings['gatewayVariables']): () => number {
  const seed = variables['BANK_SIMULATOR_SEED'];
  return seed === undefined ? Math.random : seededDice(seed);
}
