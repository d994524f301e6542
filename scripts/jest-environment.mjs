// The environment of a spec file that Node itself loads (jest-runner.mjs): what Jest keeps in a context of its own (its
// `expect`, its clock) works with the objects and the timers of Node's one.
import { ModernFakeTimers } from '@jest/fake-timers';
import { TestEnvironment } from 'jest-environment-node';

/** By these `expect` tells what a value is. */
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
