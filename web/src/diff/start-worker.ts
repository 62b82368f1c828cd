/** Starts the worker that makes diffs; the policy of the page lets this one script be a worker, and no other. */

import workerUrl from './diff-worker.ts?worker&url'

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): unknown }
}

/** A page may make a policy once; browsers without trusted types take the address as it is. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
  'shadowdiff-worker',
  {
    createScriptURL: (url) => {
      if (url !== workerUrl) throw new TypeError(`not a worker of this page: ${url}`)
      return url
    },
  },
)

/** A worker that takes a `DiffJob` and gives `DiffAnswer`s. */
export function startDiffWorker(): Worker {
  const url = policy === undefined ? workerUrl : policy.createScriptURL(workerUrl)
  return new Worker(url as string, { type: 'module' })
}
