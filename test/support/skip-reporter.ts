/** Says why tests were skipped: the usual reporter leaves that out. */

import type { Reporter, TestModule } from 'vitest/node'

/** A line for each test that was skipped, with its reason. */
export const skipReporter: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result()
        const why = 'note' in result && result.note !== undefined ? result.note : 'no reason given'
        process.stdout.write(`skipped: ${test.fullName} (${why})\n`)
      }
    }
  },
}
