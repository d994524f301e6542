import { parseArgs } from 'node:util';
import type { Config } from '../platform/config/config.public.js';

const OPTIONS = {
  name: { type: 'string' },
  'key-id': { type: 'string' },
  merchant: { type: 'string' },
  all: { type: 'boolean' },
  'amount-paise': { type: 'string' },
  reason: { type: 'string' },
  key: { type: 'string' },
  'expect-head': { type: 'string' },
  payout: { type: 'string' },
  payment: { type: 'string' },
  refund: { type: 'string' },
  event: { type: 'string' },
  url: { type: 'string' },
  reset: { type: 'boolean' },
  finding: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const COMMAND_NAMES = [
  'migrate',
  'create-operator',
  'revoke-operator',
  'fund',
  'verify',
  'acknowledge',
  'simulate-callback',
  'seed',
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

/** @throws TypeError, whose message names the option that is wrong */
export function parseCommandLine(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true });
}

/** A command works on a server that is there, and ends with the process's exit code. */
export type Command = (config: Config, options: CommandOptions, print: (line: string) => void) => Promise<number>;
export type CommandOptions = ReturnType<typeof parseCommandLine>['values'];
