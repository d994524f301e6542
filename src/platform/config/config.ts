import { Logger } from '@nestjs/common';
import { assert } from '../../shared/assert.js';
import { Environment, readSettings, type SettingsGroup } from './settings.js';

/**
 * What the environment says, read once and checked once. The first bad value ends the start:
 * a payout engine that guesses its settings is worse than one that does not run.
 *
 * Whoever needs settings asks for the class of their group. All of `Config` is for entry points and wiring.
 */
export class Config {
  private constructor(
    private readonly environment: Environment,
    private readonly values: ReadonlyMap<SettingsGroup, unknown>,
    /** One line for each variable that is set under an old name, or as it should not be. */
    readonly warnings: readonly string[],
    /** What was logged of groups that were read later. */
    private readonly logged = new Set<string>(),
  ) {}

  /**
   * @param groups those that are read in any case, in the order in which they are checked
   * @param suspicious what looks wrong in the environment at large, one line each
   * @throws StartupError naming the first variable that is wrong, its value and what was expected
   */
  static fromEnvironment(
    groups: readonly SettingsGroup[],
    variables: NodeJS.ProcessEnv,
    suspicious: readonly string[] = [],
  ): Config {
    const environment = new Environment(variables);
    const warnings = [...suspicious];
    const values = groups.map(
      (group) => [group, readSettings(group, environment, (line) => warnings.push(line))] as const,
    );
    return new Config(environment, new Map(values), warnings);
  }

  /** The groups that were read at the start. */
  get groups(): readonly SettingsGroup[] {
    return [...this.values.keys()];
  }

  /** A group's values, read now if they were not at the start: those of an enabled gateway. @throws StartupError */
  get<Values>(group: SettingsGroup<Values>): Values {
    if (this.values.has(group)) return this.values.get(group) as Values;
    return readSettings(group, this.environment, (line) => this.warnOnce(line));
  }

  private warnOnce(line: string): void {
    if (this.logged.has(line)) return;
    this.logged.add(line);
    new Logger('settings').warn(line);
  }

  /** The variables that a group needs and that are not set, so that one refusal can name them all. */
  missing({ declared }: SettingsGroup): readonly string[] {
    const needed = Object.values(declared).filter(({ required }) => required);
    return needed.map(({ name }) => name).filter((name) => this.environment.text(name) === null);
  }

  /** The same configuration with what only the start finds out: the address of a server that it has started, say. */
  with<Values extends object>(group: SettingsGroup<Values>, found: Partial<Values>): Config {
    const before = this.values.get(group);
    assert(before !== undefined, 'what is replaced was read at the start');
    const after: unknown = Object.assign(Object.create(group.prototype as object) as object, before, found);
    return new Config(this.environment, new Map([...this.values, [group, after]]), this.warnings, this.logged);
  }
}
