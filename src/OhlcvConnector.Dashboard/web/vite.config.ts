import { defineConfig } from 'vite';

// Paths are relative, so that a proxy may serve the page below a path of its own. Nothing is inlined: the page allows no inline script or style.
export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: 'licenses.md' },
  },
  server: { proxy: Object.fromEntries(['/v1', '/api', '/ready', '/health', '/metrics', '/openapi.json'].map((path) => [path, 'http://127.0.0.1:8766'])
    .concat([['/stream', { target: 'http://127.0.0.1:8766', ws: true }]] as never)) },
});
