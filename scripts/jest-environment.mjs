// The environment of a spec file that Node itself loads (jest-runner.mjs): what Jest keeps in a context of its own (its
// `expect`, its clock) uses the objects and the timers of Node's context.
import { ModernFakeTimers } from '@jest/fake-timers';
import { TestEnvironment } from 'jest-environment-node';

/** `expect` uses these to tell what a value is. */
const CONSTRUCTORS = {
  Array,
  BigInt,
  Boolean,
  Date,
  Error,
  Function,
  Map,
  Number,
  Object,
  Promise,
  RegExp,
  Set,
  String,
  Symbol,
};

export default class NodesOwnEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    Object.assign(this.global, CONSTRUCTORS);
    this.fakeTimersModern = new ModernFakeTimers({ config: config.projectConfig, global: globalThis });
  }
}
