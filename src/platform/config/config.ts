import { Logger } from '@nestjs/common';
import { assert } from '../../shared/assert.js';
import { Environment, readSettings, type SettingsGroup } from './settings.js';

/**
 * The settings from the environment, read and checked once. The first bad value ends the start:
 * a payout engine that guesses its settings is worse than one that does not run.
 *
 * Code that needs settings injects the class of their group. `Config` as a whole is for entry points and wiring.
 */
export class Config {
  private constructor(
    private readonly environment: Environment,
    private readonly values: ReadonlyMap<SettingsGroup, unknown>,
    /** One line for each variable that has its old name, or an unsuitable value. */
    readonly warnings: readonly string[],
    /** Warnings already logged about groups that were read later. */
    private readonly logged = new Set<string>(),
  ) {}

  /**
   * @param groups those that are always read, in the order in which they are checked
   * @param suspicious one line for each thing in the environment that looks wrong
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

  /**
   * A group's values. Groups that were not read at the start are read now: those of an enabled gateway. @throws
   * StartupError
   */
  get<Values>(group: SettingsGroup<Values>): Values {
    if (this.values.has(group)) return this.values.get(group) as Values;
    return readSettings(group, this.environment, (line) => this.warnOnce(line));
  }

  private warnOnce(line: string): void {
    if (this.logged.has(line)) return;
    this.logged.add(line);
    new Logger('settings').warn(line);
  }

  /** The required variables of a group that are not set, so that one refusal can name them all. */
  missing({ declared }: SettingsGroup): readonly string[] {
    const needed = Object.values(declared).filter(({ required }) => required);
    return needed.map(({ name }) => name).filter((name) => this.environment.text(name) === null);
  }

  /**
   * The same configuration with values that are known only during the start, such as the address of a server that it
   * started.
   */
  with<Values extends object>(group: SettingsGroup<Values>, found: Partial<Values>): Config {
    const before = this.values.get(group);
    assert(before !== undefined, 'what is replaced was read at the start');
    const after: unknown = Object.assign(Object.create(group.prototype as object) as object, before, found);
    return new Config(this.environment, new Map([...this.values, [group, after]]), this.warnings, this.logged);
  }
}
