import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, so that the console works under any path prefix; src/base.ts finds the prefix.
  base: './',
  plugins: [react()],
  // `npx vite web` beside a running console.
  server: { proxy: { '/api': process.env['SHADOWDIFF_CONSOLE'] ?? 'http://127.0.0.1:8081' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy forbids inline scripts and data: scripts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
})
