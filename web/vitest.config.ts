import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Specs are next to the files that they test. The browser's tests, in test/, run in Jest with the service. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  test: {
    include: ['src/**/*.spec.{ts,tsx}'],
    environment: 'jsdom',
    maxWorkers: 2,
    // Only to stop tests that hang: a slow machine is not a failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
