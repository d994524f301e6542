// Runs in the process of jest-global-setup.mjs, with its loader.
export default (await import('../test/support/global-teardown.ts')).default;
