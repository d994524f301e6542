import { StartupError } from './startup-error.js';
import type { Environment, Refuse, Setting, Surroundings } from './settings.js';

type Described = Pick<Setting<unknown>, 'name' | 'formerly' | 'help' | 'example'>;

interface Optional<Default> extends Described {
  readonly default: Default;
}

/** A setting with its own parser. `default` null: `help` says what an unset value means. */
export function parsed<Value, Default extends Value | null>(
  declared: Optional<Default> & {
    readonly allowed: string;
    readonly parse: Setting<Value>['parse'];
    /** How the default is written if not by `String`; null: `help` describes it. */
    readonly defaultText?: string | null;
  },
): Setting<Value | Default> {
  const { default: otherwise, defaultText = otherwise === null ? null : String(otherwise), ...rest } = declared;
  return { ...rest, defaultText, required: false, otherwise: () => otherwise };
}

export function integer<Default extends number | null>(
  declared: Optional<Default> & { readonly min: number; readonly max: number },
): Setting<number | Default> {
  const { min, max, ...rest } = declared;
  return parsed<number, Default>({
    ...rest,
    allowed: `${min} to ${max}`,
    parse: (text, refuse) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : refuse(`a whole number from ${min} to ${max}`);
    },
  });
}

/** A number from 0 to 1. */
export function fraction(declared: Optional<number> & { readonly such?: string }): Setting<number> {
  const { such = '0.2', ...rest } = declared;
  return parsed<number, number>({
    ...rest,
    allowed: '0 to 1',
    parse: (text, refuse) => {
      const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
      return value >= 0 && value <= 1 ? value : refuse(`a number from 0 to 1, such as ${such}`);
    },
  });
}

/** @param declared `neverInProduction`: for a flag that weakens a protection and is only for trials */
export function flag(declared: Described & { readonly neverInProduction?: boolean }): Setting<boolean> {
  const { neverInProduction = false, ...described } = declared;
  return parsed<boolean, boolean>({
    ...described,
    default: false,
    defaultText: '0',
    allowed: '1 or 0',
    parse: (text, refuse, { production }) => {
      if (text === '0' || text === 'false') return false;
      if (text !== '1' && text !== 'true') return refuse('1 or 0');
      return production && neverInProduction ? refuse('0 in production') : true;
    },
  });
}

export function oneOf<const Choice extends string>(
  declared: Described & { readonly choices: readonly Choice[]; readonly default: NoInfer<Choice> },
): Setting<Choice> {
  const { choices, ...rest } = declared;
  return parsed<Choice, Choice>({
    ...rest,
    allowed: choices.join(', '),
    parse: (text, refuse) => choices.find((choice) => choice === text) ?? refuse(`one of ${choices.join(', ')}`),
  });
}

/** Any text, or text that matches the pattern; `expected` describes the pattern to people. */
export function text<Default extends string | null>(
  declared: Optional<Default> & { readonly pattern?: RegExp; readonly expected?: string },
): Setting<string | Default> {
  const { pattern, expected = '', ...rest } = declared;
  return parsed<string, Default>({
    ...rest,
    allowed: expected,
    parse: (value, refuse) => (pattern?.test(value) === false ? refuse(expected) : value),
  });
}

/** A required setting with its own parser. */
function needed<Value>(declared: Described & Pick<Setting<Value>, 'allowed' | 'unsetText' | 'parse'>): Setting<Value> {
  const otherwise = (): never => {
    throw new StartupError(`${declared.name} is not set.`);
  };
  return { ...declared, defaultText: null, required: true, otherwise };
}

/** A name or key that an outside service has assigned: used unchanged, never shown, and required. */
export function credential(
  declared: Described & { readonly isForTests?: (value: string) => boolean },
): Setting<string> {
  const { isForTests, ...described } = declared;
  return needed({
    ...described,
    allowed: '',
    unsetText: 'needed',
    parse: (value, refuse, { production, allows }) => {
      const isRefused = production && !allows('ALLOW_TEST_KEYS') && isForTests?.(value) === true;
      return isRefused ? refuse('a live key in production, or ALLOW_TEST_KEYS=1', '(hidden)') : value;
    },
  });
}

/** Shorter secrets can be guessed, or are one half of a secret that contains a comma. */
const SECRET_LENGTH = 16;

/** A value in quotation marks: a quoted secret with a comma in it, or a quoted list, has been split into pieces. */
const QUOTED = /^["'`]|["'`]$/;

/**
 * Secrets separated by commas; required. While one replaces another, all of them are valid. A secret that contains a
 * comma cannot be set: it would become two secrets, both wrong. Providers issue letters and digits; secrets of one's
 * own should consist of these too.
 */
export function secrets(declared: Described): Setting<readonly string[]> {
  return needed({
    ...declared,
    allowed: 'secrets, with commas',
    unsetText: 'needed',
    parse: (value, refuse, { warn }) => {
      const members = value.split(',').map((secret) => secret.trim());
      // Anybody can sign with an empty secret.
      if (members.includes('')) refuse('secrets with commas, and none empty', '(hidden)');
      if (new Set(members).size < members.length) refuse('secrets with commas, each of them once', '(hidden)');
      if (members.some((secret) => QUOTED.test(secret)))
        refuse('secrets with commas, and none in quotation marks', '(hidden)');
      if (members.some(({ length }) => length < SECRET_LENGTH))
        warn(
          `has a secret of fewer than ${SECRET_LENGTH} characters, which the next release refuses` +
            `${members.length === 1 ? '' : ' (what is between two commas is a secret)'}.`,
        );
      return members;
    },
  });
}

/** Names separated by commas, without repetitions. */
export function names(
  declared: Optional<readonly string[]> & { readonly inProduction: readonly string[] },
): Setting<readonly string[]> {
  const { default: otherwise, inProduction, ...rest } = declared;
  return {
    ...rest,
    allowed: 'names, with commas',
    defaultText: otherwise.join(','),
    required: false,
    otherwise: (environment: Environment) => (environment.text('NODE_ENV') === 'production' ? inProduction : otherwise),
    parse: (value, refuse) => {
      const parts = value.split(',').map((part) => part.trim());
      if (!parts.every((part) => /^[a-z][a-z0-9-]*$/.test(part))) refuse('names separated by commas');
      return [...new Set(parts)];
    },
  };
}

interface Address extends Described {
  readonly schemes: readonly string[];
  /** Left out: the schemes are named. */
  readonly expected?: string;
  readonly parse?: (url: string, refuse: Refuse, surroundings: Surroundings) => string;
  /** Applied first: turns a text that other programs accept as an address into one that `URL` accepts. */
  readonly rewrite?: (given: string) => string;
}

/**
 * An address with one of these schemes. It may contain a password, so a wrong value is not shown. `help` says what an
 * unset value means.
 */
export function address<Default extends string | null>(
  declared: Address & { readonly default: Default },
): Setting<string | Default> {
  return parsed<string, Default>({ ...declared, ...checked(declared), defaultText: null });
}

/** A required address; `help` says so. */
export function neededAddress(declared: Address): Setting<string> {
  return needed({ ...declared, ...checked(declared) });
}

const asGiven = (url: string): string => url;

function checked(declared: Address): Pick<Setting<string>, 'allowed' | 'parse'> {
  const { schemes, expected = addressWith(schemes), parse = asGiven, rewrite = asGiven } = declared;
  return {
    allowed: `${schemes[0]}//…`,
    parse: (given, refuse, surroundings) => {
      const value = rewrite(given);
      if (isAddress(value, schemes)) return parse(value, refuse, surroundings);
      return refuse(isCutOff(value, schemes) ? `${expected}, ${PERCENT_ENCODED}` : expected, '(hidden)');
    },
  };
}

/**
 * Without the slashes, `redis:6379` (a port without a host) would pass for an address. Nothing may follow a `#`: if it
 * is part of a password, the part before it would be taken for the host.
 */
export function isAddress(value: string, schemes: readonly string[]): boolean {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && url.host !== '' && !value.includes('#') && hasScheme(value, schemes);
}

export const PERCENT_ENCODED =
  'with the special characters of its password percent-encoded (# is %23, / is %2F, ? is %3F, @ is %40)';

/** Whether it would be an address if it had no characters in the password that end the part before the host. */
export function isCutOff(value: string, schemes: readonly string[]): boolean {
  return hasScheme(value, schemes) && value.includes('@') && !isAddress(value, schemes);
}

function hasScheme(value: string, schemes: readonly string[]): boolean {
  return schemes.some((scheme) => value.startsWith(`${scheme}//`));
}

export function addressWith(schemes: readonly string[]): string {
  return `an address that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`;
}
