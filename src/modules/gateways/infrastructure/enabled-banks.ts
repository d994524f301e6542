import { Logger } from '@nestjs/common';
import type { Config } from '../../../platform/config/config.js';
import type { Sql } from '../../../platform/database/sql.js';
import { StartupError } from '../../../platform/startup-error.js';
import type { BankGateway } from '../domain/bank-gateway.js';
import { AlwaysFails } from './always-fails.js';
import { AlwaysSucceeds } from './always-succeeds.js';
import { BankSimulator } from './bank-simulator.js';
import { Cashfree } from './cashfree.js';
import { RazorpayX } from './razorpayx.js';
import { seededDice } from './seeded-dice.js';
import { ToyBank } from './toy-bank.js';

type Settings = Pick<Config, 'gateways' | 'production' | 'payoutBankFailureRate' | 'gatewayVariables'>;

type Told = Readonly<Record<string, string>>;

interface Adapter {
  /** Moves no real money: useful everywhere, and in production only by mistake or for a rehearsal. */
  readonly simulated: boolean;
  /** What the environment must tell it; the names begin with the gateway's own. */
  readonly needs?: readonly string[];
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
  [
    'razorpayx',
    {
      simulated: false,
      needs: ['RAZORPAYX_KEY_ID', 'RAZORPAYX_KEY_SECRET', 'RAZORPAYX_ACCOUNT_NUMBER', 'RAZORPAYX_WEBHOOK_SECRET'],
      open: ({ gatewayVariables: told }) =>
        new RazorpayX({
          url: addressIn(told, 'RAZORPAYX_URL', 'https://api.razorpay.com'),
          keyId: told['RAZORPAYX_KEY_ID']!,
          keySecret: told['RAZORPAYX_KEY_SECRET']!,
          accountNumber: told['RAZORPAYX_ACCOUNT_NUMBER']!,
          webhookSecret: told['RAZORPAYX_WEBHOOK_SECRET']!,
        }),
    },
  ],
  [
    'cashfree',
    {
      simulated: false,
      needs: ['CASHFREE_CLIENT_ID', 'CASHFREE_CLIENT_SECRET'],
      open: ({ gatewayVariables: told }) =>
        new Cashfree({
          url: addressIn(told, 'CASHFREE_URL', 'https://api.cashfree.com'),
          clientId: told['CASHFREE_CLIENT_ID']!,
          clientSecret: told['CASHFREE_CLIENT_SECRET']!,
          fundSourceId: told['CASHFREE_FUNDSOURCE_ID'],
        }),
    },
  ],
  [
    'toy-bank',
    {
      simulated: true,
      needs: ['TOY_BANK_URL', 'TOY_BANK_KEY', 'TOY_BANK_CALLBACK_SECRET'],
      open: ({ gatewayVariables: told }) =>
        new ToyBank({
          url: addressIn(told, 'TOY_BANK_URL'),
          key: told['TOY_BANK_KEY']!,
          callbackSecret: told['TOY_BANK_CALLBACK_SECRET']!,
        }),
    },
  ],
] satisfies [string, Adapter][]);

/** `GATEWAYS` names both kinds; those of the other port are known here so that a slip of the pen in them is caught. */
const PAYMENT_GATEWAYS = ['payment-simulator', 'payment-succeeds', 'payment-fails', 'stripe'];

const NO_DATABASE: Sql = { query: () => Promise.reject(new Error('a start calls no bank')) };

/**
 * Refuses settings with which payouts would be accepted and never sent.
 *
 * @throws StartupError when a name is unknown, when no name is a bank's, or when a bank is not told what it needs
 */
export function checkEnabledBanks(settings: Settings): void {
  const { gateways, gatewayVariables } = settings;
  const known = [...BANKS.keys(), ...PAYMENT_GATEWAYS];
  const stranger = gateways.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new StartupError(`GATEWAYS names ${stranger}, which is not known: expected some of ${known.join(', ')}.`);
  }
  if (!gateways.some((name) => BANKS.has(name))) {
    const banks = [...BANKS.keys()].join(', ');
    throw new StartupError(`GATEWAYS names no bank, so no payout could be sent: add at least one of ${banks}.`);
  }
  for (const name of gateways) {
    const missing = BANKS.get(name)?.needs?.filter((variable) => gatewayVariables[variable] === undefined) ?? [];
    if (missing.length > 0)
      throw new StartupError(
        `GATEWAYS enables ${name}, which needs ${missing.join(' and ')}: set them, or take it out.`,
      );
    // What it is told is checked as it is opened. Nothing is asked of anybody yet.
    BANKS.get(name)?.open(settings, NO_DATABASE);
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
function shareIn(variables: Told, name: string): number {
  const text = variables[name] ?? '0';
  const share = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(share <= 1))
    throw new StartupError(`${name}=${text} is not valid: expected a number from 0 to 1, such as 0.05.`);
  return share;
}

/** With a seed, each process draws the same numbers in each run. */
function diceFor(variables: Told): () => number {
  const seed = variables['BANK_SIMULATOR_SEED'];
  return seed === undefined ? Math.random : seededDice(seed);
}

/** @throws StartupError when it is no address of HTTP */
function addressIn(variables: Told, name: string, otherwise?: string): string {
  const text = variables[name] ?? otherwise!;
  if (!/^https?:\/\/[^/?#@]+(\/[^?#]*)?$/.test(text) || !URL.canParse(text))
    throw new StartupError(`${name} is not valid: expected an address such as https://bank.example.`);
  return text.replace(/\/+$/, '');
}
