import { defineConfig } from 'vite';

const server = process.env['HOLDFAST_URL'] ?? 'http://127.0.0.1:4000';

/** Everything in files of their own: the server allows no inline script and no inline style. */
export default defineConfig({
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    target: 'es2022',
    reportCompressedSize: false,
  },
  logLevel: 'error',
  server: { proxy: { '/api': server, '/readyz': server, '/docs': server } },
});
