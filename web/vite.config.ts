import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';

/** Where `npm run dev` finds the service: `make start` beside it. */
const SERVICE = 'http://127.0.0.1:8000';

/**
 * What is loaded first is two files, and what several pages share is one more: as many small ones they would take longer to
 * ask for than to send. Libraries seldom change, and stay in the cache of the browser.
 */
const LIBRARIES = { name: 'libraries', test: /node_modules/, tags: ['$initial' as const], priority: 2 };
const FIRST = { name: 'first', tags: ['$initial' as const], priority: 1 };
const SMALL_PARTS = {
  name: 'parts',
  test: /web\/src\/(?:ui\/(?!table|zod)|money\/(?!amount-input|parse|typing|typed)|text\/(?!hi))/,
  minShareCount: 3,
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwind(), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A data: address would need a hole in the content security policy.
    assetsInlineLimit: 0,
    // Every browser that has Trusted Types preloads modules itself.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: [LIBRARIES, FIRST, SMALL_PARTS] } } },
  },
  server: { proxy: { '/api': SERVICE } },
});
