import { StartupError } from './startup-error.js';

/** The environment, one variable at a time. An empty value counts as unset, as in most shells' `.env` files. */
export class Environment {
  constructor(private readonly variables: NodeJS.ProcessEnv) {}

  /** Without surrounding white space; null if it is not set. */
  text(name: string): string | null {
    const value = this.variables[name]?.trim();
    return value ? value : null;
  }
}

/** Ends the start. `shown` replaces a value that may contain a secret. */
export type Refuse = (expected: string, shown?: string) => never;

/** What the validity of a value depends on, besides the value itself. */
export interface Surroundings {
  readonly production: boolean;
  /** Whether a flag of this name is set. */
  readonly allows: (flag: string) => boolean;
  /** Whether a variable is set that is not one of our settings: some libraries read their own. */
  readonly has: (variable: string) => boolean;
  /** Adds a warning at the start; it begins with the variable's name, so `what` continues it: `has …`. */
  readonly warn: (what: string) => void;
}

/** One variable of the environment: its name, its meaning, and how its text becomes a value. */
export interface Setting<Value> {
  readonly name: string;
  /** An old name, which is still read, with a warning. */
  readonly formerly?: string;
  /** Its meaning, in one line of Markdown that is understood by itself. */
  readonly help: string;
  /** What may be set, in a few words for the documentation. */
  readonly allowed: string;
  /** What `.env.example` shows if there is no default. */
  readonly example?: string;
  /** The default as it would be written; null: `unsetText` or `help` says what an unset value means. */
  readonly defaultText: string | null;
  /** What the tables of the documentation show in place of a default. */
  readonly unsetText?: string;
  /** The start fails without it. */
  readonly required: boolean;
  readonly parse: (text: string, refuse: Refuse, surroundings: Surroundings) => Value;
  readonly otherwise: (environment: Environment) => Value;
}

export type Declarations = Readonly<Record<string, Setting<unknown>>>;

export type Values<D extends Declarations> = {
  readonly [K in keyof D]: D[K] extends Setting<infer Value> ? Value : never;
};

/** A group of settings: the token by which Nest injects it, and the table from which documentation is generated. */
export interface SettingsGroup<Group = unknown> {
  readonly title: string;
  readonly declared: Declarations;
  /** @param values one for each declared setting */
  new (values: never): Group;
}

/**
 * The base of a group's class; its fields follow from the literal:
 *
 * ```ts
 * export class CacheSettings extends settings('List cache', {
 *   ttlSeconds: integer({ name: 'LIST_CACHE_TTL_SECONDS', default: 30, min: 1, max: 3_600, help: 'How long …' }),
 * }) {}
 * ```
 */
export function settings<const D extends Declarations>(title: string, declared: D): SettingsGroup<Values<D>> {
  class Group {
    static readonly title = title;
    static readonly declared = declared;

    constructor(values: Values<D>) {
      Object.assign(this, values);
    }
  }
  return Group as unknown as SettingsGroup<Values<D>>;
}

/** @throws StartupError naming the first variable that is wrong, its value and what was expected */
export function readSettings<Group>(
  group: SettingsGroup<Group>,
  environment: Environment,
  warn: (line: string) => void,
): Group {
  const values = Object.entries(group.declared).map(([key, setting]) => [key, valueOf(setting, environment, warn)]);
  return new group(Object.fromEntries(values) as never);
}

function valueOf(setting: Setting<unknown>, environment: Environment, warn: (line: string) => void): unknown {
  const { name, formerly } = setting;
  const given = read(setting, name, environment, warn);
  const old = formerly === undefined ? null : read(setting, formerly, environment, warn);
  if (old !== null) warn(`${formerly} is the old name of ${name}: set ${name} instead.`);
  if (given !== null && old !== null && given.value !== old.value)
    throw new StartupError(
      `${name}=${given.text} and ${formerly}=${old.text} contradict each other: unset ${formerly}, the old name.`,
    );
  const found = given ?? old;
  return found === null ? setting.otherwise(environment) : found.value;
}

/** The value under one of a setting's names; null if that name is not set. */
function read(setting: Setting<unknown>, name: string, environment: Environment, warn: (line: string) => void) {
  const text = environment.text(name);
  if (text === null) return null;
  const refuse: Refuse = (expected, shown = text) => {
    throw new StartupError(`${name}=${shown} is not valid: expected ${expected}.`);
  };
  const surroundings: Surroundings = {
    production: environment.text('NODE_ENV') === 'production',
    has: (variable) => environment.text(variable) !== null,
    allows: (flag) => /^(1|true)$/.test(environment.text(flag) ?? ''),
    warn: (what) => warn(`${name} ${what}`),
  };
  return { text, value: setting.parse(text, refuse, surroundings) };
}
