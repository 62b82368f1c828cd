import { readFileSync } from 'node:fs'
import { satisfies } from 'semver'
import { expect, test } from 'vitest'

interface LockedPackage {
  readonly version?: string
  readonly engines?: { readonly node?: string }
  readonly optional?: boolean
}

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

const lockText = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')
const lock = JSON.parse(lockText) as Lock

test.each(['20.19.0', '20.20.2', '22.13.0', '24.0.0'])(
  'every locked package that cannot be left out runs on Node %s',
  (node) => {
    const refused = Object.entries(lock.packages)
      .filter(([, { optional }]) => optional !== true)
      .filter(([, { engines }]) => engines?.node !== undefined && !satisfies(node, engines.node))
      .map(
        ([path, { version, engines }]) => `${path} ${version ?? ''} wants ${engines?.node ?? ''}`,
      )
    expect(refused).toEqual([])
  },
)

test('the lock file names no registry', () => {
  expect(lockText).not.toContain('"resolved"')
})
