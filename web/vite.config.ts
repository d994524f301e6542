import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';

/** Where `npm run dev` finds the service, started by `make start`. */
const SERVICE = 'http://127.0.0.1:8000';

/**
 * Two files are loaded first, and what several pages share is one more: requesting many small files would take longer
 * than sending them. Libraries rarely change, and stay in the browser's cache.
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
    // A `data:` address would need an exception in the content security policy.
    assetsInlineLimit: 0,
    // Every browser with Trusted Types preloads modules by itself.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: [LIBRARIES, FIRST, SMALL_PARTS] } } },
  },
  server: { proxy: { '/api': SERVICE } },
});
