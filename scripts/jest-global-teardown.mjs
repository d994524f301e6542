// In the process of jest-global-setup.mjs, and with its loader.
export default (await import('../test/support/global-teardown.ts')).default;
