import { defineConfig } from 'vite';

// Everything comes from the host itself; nothing is inlined, so that the pages' policy needs no exception.
export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    outDir: process.env.TURNPIKE_WEB_OUT ?? 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rollupOptions: { input: ['panel.html', 'portal.html'] },
  },
});
