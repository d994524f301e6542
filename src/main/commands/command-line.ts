import { parseArgs, type ParseArgsConfig } from 'node:util';
import { SIMULATED_EVENTS } from '../../modules/simulators/simulators.public.js';
import type { Arguments, CommandName } from './command-arguments.js';
import {
  addressOf,
  amountOf,
  eventOf,
  eventTypesOf,
  fileOf,
  headOf,
  keyNameOf,
  matching,
  merchantIdOf,
  reasonOf,
  sinceOf,
  timeOf,
  type TypedValue,
  UsageError,
  uuidOf,
} from './typed-values.js';

export type { Arguments, CommandName } from './command-arguments.js';

/** A valid command with its arguments. */
export type Asked = {
  readonly [Name in CommandName]: { readonly name: Name; readonly given: Arguments[Name] };
}[CommandName];

type Typed = Readonly<Record<string, TypedValue>>;

interface Description<Name extends CommandName> {
  /** The text after the name. */
  readonly usage: string;
  /** A sentence without its full stop; its first line appears in the list of commands. */
  readonly help: readonly string[];
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** The name of the argument that is not an option. */
  readonly argument?: string;
  /** @throws UsageError */
  read(typed: Typed): Arguments[Name];
}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;

/** In the order in which a person needs them. */
const COMMANDS: { readonly [Name in CommandName]: Description<Name> } = {
  migrate: {
    usage: '',
    help: ['bring the database up to date; safe to run several times at once, and while services are running'],
    options: {},
    read: () => null,
  },
  'create-operator': {
    usage: '--name NAME',
    help: ['create an operator key and print it once'],
    options: { name: TEXT },
    read: ({ name }) => ({
      name: keyNameOf(name),
    }),
  },
  'revoke-operator': {
    usage: '--key-id ID',
    help: ['revoke an operator key; every process refuses it within five seconds'],
    options: { 'key-id': TEXT },
    read: (typed) => ({ keyId: uuidOf(typed['key-id'], '--key-id takes the id that create-operator printed, a UUID') }),
  },
  fund: {
    usage: '(--merchant ID | --all) --amount-paise N --reason TEXT [--key KEY]',
    help: [
      'add money to books',
      'the same KEY funds each book only once; a negative N (--amount-paise=-500) takes money out',
    ],
    options: { merchant: TEXT, all: FLAG, 'amount-paise': TEXT, reason: TEXT, key: TEXT },
    read: ({ merchant, all, reason, key, ...rest }) => {
      if ((merchant === undefined) === !all) throw new UsageError('Name one merchant (--merchant ID) or all (--all).');
      return {
        merchantId: merchantIdOf(merchant),
        amountPaise: amountOf(rest['amount-paise']),
        reason: reasonOf(reason),
        key:
          key === undefined ? null : matching(/^[ -~]{1,255}$/, key, '--key takes 1 to 255 printable ASCII characters'),
      };
    },
  },
  verify: {
    usage: '[--merchant ID [--expect-head SEQ:HASH] [--since SEQ:HASH]] [--since FILE] [--resume FILE]',
    help: [
      'recompute the books; exit code 1 if anything is wrong, 3 if a node did not answer and nothing else is wrong',
      'SEQ:HASH is a head that an earlier run printed',
      '--since reads only what is newer than that head, or than the heads that an earlier run printed into FILE',
      '--resume records the progress in FILE and continues from there; exit code 2: FILE does not match the books',
    ],
    options: { merchant: TEXT, 'expect-head': TEXT, since: TEXT, resume: TEXT },
    read: ({ merchant, ...rest }) => {
      const head = headOf(rest['expect-head']);
      const since = sinceOf(rest['since']);
      const resume = fileOf(rest['resume'], '--resume');
      if (head !== null && merchant === undefined) throw new UsageError('--expect-head requires --merchant ID.');
      if (typeof since === 'object' && since !== null && merchant === undefined)
        throw new UsageError('--since SEQ:HASH requires --merchant ID. For many books, give a file with their heads.');
      return { merchantId: merchantIdOf(merchant), head, since, resume };
    },
  },
  acknowledge: {
    usage: 'FINDING --reason TEXT [--merchant ID]',
    help: [
      'record that a person has judged a finding of verify',
      'FINDING is the digest that verify prints with the finding',
    ],
    options: { reason: TEXT, merchant: TEXT },
    argument: 'FINDING',
    read: ({ FINDING, reason, merchant }) => ({
      finding: matching(/^[0-9a-f]{64}$/, FINDING, 'Name the finding by the digest that verify prints'),
      reason: reasonOf(reason),
      merchantId: merchantIdOf(merchant),
    }),
  },
  'simulate-callback': {
    usage: '(--payout | --payment | --refund) ID --event EVENT [--url URL]',
    help: [
      'post a signed callback of the simulated bank or provider to the service',
      `EVENT is one of ${SIMULATED_EVENTS.join(', ')} (returned: only for payouts)`,
      'URL is the address of the service; default: the service on this machine',
    ],
    options: { payout: TEXT, payment: TEXT, refund: TEXT, event: TEXT, url: TEXT },
    read: ({ payout, payment, refund, event, url }) => {
      const [named, ...others] = Object.entries({ payout, payment, refund }).filter(([, id]) => id !== undefined);
      const one = 'Give one of --payout, --payment and --refund, with the id, a UUID';
      if (named === undefined || others.length > 0) throw new UsageError(`${one}.`);
      return {
        subject: named[0] as 'payout' | 'payment' | 'refund',
        id: uuidOf(named[1], one),
        event: eventOf(event),
        url: addressOf(url, '--url takes the address of the service'),
      };
    },
  },
  listen: {
    usage: '--key KEY [--events TYPES] [--forward-to URL] [--url URL] [--merchant ID]',
    help: [
      'print the events of a merchant as they happen, until Ctrl-C',
      'KEY is an API key of the merchant, or an operator key together with --merchant ID',
      '--events prints only these types, separated by commas (payout.completed,payout.failed)',
      '--forward-to posts each event to your own server, signed like a webhook; prints the secret that signs',
      '--url is the address of the service; default: the service on this machine',
    ],
    options: { key: TEXT, events: TEXT, 'forward-to': TEXT, url: TEXT, merchant: TEXT },
    read: ({ key, events, url, merchant, ...rest }) => ({
      key: matching(/^[!-~]{1,255}$/, key, '--key takes an API key of the merchant'),
      forwardTo: addressOf(rest['forward-to'], '--forward-to takes the address of your server'),
      url: addressOf(url, '--url takes the address of the service'),
      merchantId: merchantIdOf(merchant),
      types: eventTypesOf(events),
    }),
  },
  'reencrypt-secrets': {
    usage: '',
    help: [
      'encrypt the secrets of webhook endpoints with the first key of DATA_ENCRYPTION_KEY, so that the others ' +
        'can be removed',
      'if interrupted, run it again to continue; exit code 1 if secrets are left that need another key',
    ],
    options: {},
    read: () => null,
  },
  compare: {
    usage: '--with-bank [--from TIME] [--to TIME]',
    help: [
      'compare the payouts with the orders that the banks list; exit code 1 if they differ, 2 if not everything ' +
        'could be read',
      'payment providers are not compared: it names those that a person has to compare',
      'changes no book; after a failover of the database, resumes submissions if nothing could be paid twice',
      'TIME is like 2026-01-31T18:30:00Z; default: the last day, or the day before the failover, until now',
    ],
    options: { 'with-bank': FLAG, from: TEXT, to: TEXT },
    read: ({ from, to, ...rest }) => {
      if (rest['with-bank'] !== true) throw new UsageError('Say what to compare with: --with-bank.');
      const period = { from: timeOf(from, '--from'), to: timeOf(to, '--to') };
      if (period.from !== null && period.to !== null && period.from >= period.to)
        throw new UsageError('--from must be before --to.');
      return period;
    },
  },
  distribute: {
    usage: '',
    help: [
      'distribute the books over the nodes of a Citus coordinator, permanently; stop all processes first',
      'DATABASE_SHARDS is the number of parts; the copy is compared with the original',
      'if interrupted, run it again to continue',
    ],
    options: {},
    read: () => null,
  },
  'forget-server': {
    usage: '',
    help: [
      'after a move to another cluster (a restore, an upgrade): let the next start accept the server that it finds',
      'stop all processes first; do not use it for an old primary that is behind a promoted replica: keep that ' +
        'server down',
    ],
    options: {},
    read: () => null,
  },
  'resume-submissions': {
    usage: '--reason TEXT',
    help: [
      'resume submissions after a failover of the database that may have lost payouts',
      'what a bank has and Bahi lacks may then be requested and paid again: run compare --with-bank first',
      'what a payment provider has and Bahi lacks may be charged again: compare with its statement by hand first',
    ],
    options: { reason: TEXT },
    read: ({ reason }) => ({ reason: reasonOf(reason) }),
  },
  seed: {
    usage: '[--reset]',
    help: ['create the demo data', '--reset drops everything first'],
    options: { reset: FLAG },
    read: ({ reset }) => ({ reset: reset === true }),
  },
};

const NAMES = Object.keys(COMMANDS) as CommandName[];

const CALL = 'npm run bahi --';

/**
 * Parses and checks the whole command line.
 * @returns the command, or the help text that was asked for
 * @throws UsageError
 */
export function parseCommandLine(args: readonly string[]): Asked | { readonly help: string } {
  const [first, ...rest] = args;
  if (first === undefined) throw new UsageError(overview());
  const isHelp = ['help', '--help', '-h'].includes(first);
  const name = isHelp ? rest[0] : first;
  if (name === undefined) return { help: overview() };
  if (!isCommand(name))
    throw new UsageError(
      `There is no command "${name}". The commands are ${NAMES.join(', ')}; "${CALL} help" explains them.`,
    );
  if (isHelp || rest.includes('--help') || rest.includes('-h')) return { help: helpOf(name) };
  try {
    return { name, given: COMMANDS[name].read(typedFor(name, rest)) } as Asked;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message} ("${CALL} ${name} --help" shows what it takes.)`);
  }
}

const isCommand = (name: string): name is CommandName => (NAMES as readonly string[]).includes(name);

function typedFor(name: CommandName, args: string[]): Typed {
  const { options, argument } = COMMANDS[name];
  let parsed;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    throw new UsageError(inOneLine(name, error as Error));
  }
  const { values, positionals, tokens } = parsed;
  const names = tokens.flatMap((token) => (token.kind === 'option' ? token.rawName : []));
  const twice = names.find((option, i) => names.indexOf(option) < i);
  if (twice !== undefined) throw new UsageError(`${name} takes ${twice} once.`);
  const [found, ...more] = positionals;
  const [stranger] = argument === undefined ? positionals : more;
  if (stranger !== undefined) throw new UsageError(`${name} takes no further argument: "${stranger}".`);
  return { ...values, ...(argument === undefined ? {} : { [argument]: found }) } as Typed;
}

/** Node.js's message about an option, in one line. */
function inOneLine(name: CommandName, { message }: Error): string {
  const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
  return unknown === undefined
    ? `${message.replaceAll('\n', ' ')}.`.replace('..', '.')
    : `${name} has no option ${unknown}.`;
}

function overview(): string {
  const width = Math.max(...NAMES.map(({ length }) => length)) + 2;
  const lines = NAMES.map((name) => `  ${name.padEnd(width)}${COMMANDS[name].help[0]!}`);
  return [`Usage: ${CALL} COMMAND`, '', ...lines, '', `"${CALL} COMMAND --help" shows what a command takes.`].join(
    '\n',
  );
}

function helpOf(name: CommandName): string {
  const { usage, help } = COMMANDS[name];
  return [`Usage: ${CALL} ${name} ${usage}`.trimEnd(), '', ...help.map((line) => `  ${line}`)].join('\n');
}
