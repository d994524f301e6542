import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Specs stand beside what they test. The browser's tests, in test/, run in Jest with the service. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  test: {
    include: ['src/**/*.spec.{ts,tsx}'],
    environment: 'jsdom',
    maxWorkers: 2,
    // For what hangs. A busy machine is not a fault.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
