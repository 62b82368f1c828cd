import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers, real files and a real browser start in these tests, on machines with two cores.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
