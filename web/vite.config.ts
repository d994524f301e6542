import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';

/** Where `npm run dev` finds the service: `make start` beside it. */
const SERVICE = 'http://127.0.0.1:8000';

/** The many small parts of pages are one file: each by itself would take longer to ask for than to send. */
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
    rolldownOptions: { output: { codeSplitting: { groups: [SMALL_PARTS] } } },
  },
  server: { proxy: { '/api': SERVICE } },
});
