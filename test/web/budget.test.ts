import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const webRoot = new URL('../../dist/web/', import.meta.url)
const sizeOf = (name: string) => gzipSync(readFileSync(new URL(name, webRoot)), { level: 9 }).length
const page = readFileSync(new URL('index.html', webRoot), 'utf8')
const linked = [...page.matchAll(/"\.\/(assets\/[^"]+)"/g)].map(([, name = '']) => name)

test.each([
  ['js', 130_000],
  ['css', 12_000],
])('the first load needs at most so much %s', (ending, budget) => {
  const names = linked.filter((name) => name.endsWith(`.${ending}`))
  const sizes = names.map(sizeOf)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  console.log(`first load ${ending}: ${total} of ${budget} bytes, gzipped`)
  expect(names.length).toBeGreaterThan(0)
  expect(total).toBeLessThanOrEqual(budget)
})

test('the page holds no inline script or style, and nothing from elsewhere', () => {
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:\/\//)
  const names = readdirSync(fileURLToPath(new URL('assets/', webRoot)))
  expect(names.filter((name) => !/-[\w-]{8}\.(js|css|svg)$/.test(name))).toEqual([])
})
