// Replaces `@jest/globals` for a spec file that Node itself loads (jest-runner.mjs).
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } =
  globalThis[Symbol.for('bahi.jest-globals')];
