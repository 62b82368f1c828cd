import { defineConfig } from 'vitest/config'
import { skipReporter } from './test/support/skip-reporter.ts'

export default defineConfig({
  test: {
    reporters: ['default', skipReporter],
    include: ['test/**/*.test.ts'],
    // Real servers, real files and a real browser start in these tests, on machines with two cores.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Conditions are waited for, however slow the machine; one that never comes still fails.
    expect: { poll: { timeout: 20_000, interval: 20 } },
  },
})
