import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openConsole, temporaryFolder } from '../support/console.ts'

const PAGE =
  '<!doctype html><link rel="icon" href="./assets/mark-1a2b.svg"><script src="./assets/app-3c4d.js"></script>'
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

async function build(webRoot: string): Promise<void> {
  await mkdir(join(webRoot, 'assets'), { recursive: true })
  await writeFile(join(webRoot, 'index.html'), PAGE)
  await writeFile(join(webRoot, 'robots.txt'), 'Disallow: /')
  await writeFile(join(webRoot, 'assets', 'app-3c4d.js'), 'let app')
  await writeFile(join(webRoot, '..', 'secret.txt'), 'secret')
}

async function openBuilt() {
  const webRoot = join(await temporaryFolder(), 'web')
  await build(webRoot)
  return openConsole({ webRoot })
}

test('the page is checked for news at every visit', async () => {
  const app = await openBuilt()
  const answer = await app.inject('/')
  expect(answer.body).toBe(PAGE)
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(answer.headers['cache-control']).toBe('no-cache')
})

test('hashed assets are kept for good, other files are not', async () => {
  const app = await openBuilt()
  const asset = await app.inject('/assets/app-3c4d.js')
  expect([asset.statusCode, asset.body]).toEqual([200, 'let app'])
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(asset.headers['content-type']).toMatch(/javascript/)
  expect(asset.headers['x-content-type-options']).toBe('nosniff')
  const other = await app.inject('/robots.txt')
  expect([other.body, other.headers['cache-control']]).toEqual(['Disallow: /', 'no-store'])
})

test.each([
  ['/divergences', './'],
  ['/divergences/', '../'],
  ['/divergences/d1?tab=headers', '../'],
  ['/exchanges/0197a1b2/changes/', '../../../'],
])('a person who opens %s gets the page with links that lead to its assets', async (url, up) => {
  const app = await openBuilt()
  const answer = await app.inject({ url, headers: BROWSER })
  expect(answer.statusCode).toBe(200)
  expect(answer.body).toBe(PAGE.replaceAll('"./', `"${up}`))
})

test('an asset is found below any path', async () => {
  const app = await openBuilt()
  expect((await app.inject('/divergences/assets/app-3c4d.js')).body).toBe('let app')
})

test.each([
  '/assets/app-old.js',
  '/api/v1/nothing',
  '/api/',
  '/secret.txt',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/assets/../../secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
])('%s is not found', async (url) => {
  const app = await openBuilt()
  const answer = await app.inject({ url, headers: { accept: '*/*' } })
  expect(answer.statusCode).toBe(404)
  expect(answer.body).not.toContain('Disallow')
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
})

test('unknown paths below /api are problems for browsers too', async () => {
  const app = await openBuilt()
  expect((await app.inject({ url: '/api/v1/nothing', headers: BROWSER })).statusCode).toBe(404)
})

test('a dashboard that was not built says how to build it, and is found once it is', async () => {
  const webRoot = join(await temporaryFolder(), 'web')
  const app = await openConsole({ webRoot })
  const missing = await app.inject({ url: '/', headers: BROWSER })
  expect(missing.statusCode).toBe(503)
  expect(missing.body).toContain('npm run build')
  expect((await app.inject({ url: '/divergences', headers: BROWSER })).statusCode).toBe(404)
  await build(webRoot)
  expect((await app.inject('/')).body).toBe(PAGE)
})
