import { StartupError } from './startup-error.js';

/** The environment, one variable at a time. An empty value counts as unset, as in most shells' `.env` files. */
export class Environment {
  constructor(private readonly variables: NodeJS.ProcessEnv) {}

  /** Without the white space around it; null when it is not set. */
  text(name: string): string | null {
    const value = this.variables[name]?.trim();
    return value ? value : null;
  }
}

/** Ends the start. `shown` replaces the value where it may hold a secret. */
export type Refuse = (expected: string, shown?: string) => never;

/** What a value is judged by, besides itself. */
export interface Surroundings {
  readonly production: boolean;
  /** Whether a flag of this name is set. */
  readonly allows: (flag: string) => boolean;
  /** Whether a variable that is no setting of ours is there: some libraries read their own. */
  readonly has: (variable: string) => boolean;
  /** Adds a line at the start, which begins with the variable's name: `has …`. */
  readonly warn: (what: string) => void;
}

/** One variable of the environment: what it is called, what it means, and how its text becomes a value. */
export interface Setting<Value> {
  readonly name: string;
  /** A name from before, which is still read, with a warning. */
  readonly formerly?: string;
  /** What it means, in one line of Markdown that needs no other. */
  readonly help: string;
  /** What may be set, in a few words for the documentation. */
  readonly allowed: string;
  /** Where there is no default, what `.env.example` shows. */
  readonly example?: string;
  /** The default as it would be written; null: unset means something of its own, which `unsetText` or `help` says. */
  readonly defaultText: string | null;
  /** What the tables of the documentation say in the place of a default. */
  readonly unsetText?: string;
  /** Nothing works without it. */
  readonly required: boolean;
  readonly parse: (text: string, refuse: Refuse, surroundings: Surroundings) => Value;
  readonly otherwise: (environment: Environment) => Value;
}

export type Declarations = Readonly<Record<string, Setting<unknown>>>;

export type Values<D extends Declarations> = {
  readonly [K in keyof D]: D[K] extends Setting<infer Value> ? Value : never;
};

/** A group of settings: the token by which Nest injects it, and the table from which documents are made. */
export interface SettingsGroup<Group = unknown> {
  readonly title: string;
  readonly declared: Declarations;
  /** @param values one for each declared setting */
  new (values: never): Group;
}

/**
 * The base of a group's class, whose fields follow from the literal:
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

/** What stands under one of a setting's names; null when nothing does. */
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
