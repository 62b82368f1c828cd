import { execFile, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startDocumentedConsole } from '../support/documented-console.ts'

const run = promisify(execFile)
const hasCurl = spawnSync('curl', ['--version']).status === 0
if (!hasCurl) console.warn('curl is not installed: the examples of docs/api.md are not run')

const page = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8')
const examples = [
  ...page.matchAll(/```sh\n(?<command>[^`]+)\n```\n\n```(?<kind>\w+)\n(?<output>[^`]+)```/g),
].map(({ groups }) => groups as { command: string; kind: string; output: string })

test('every command of the page has an output', () => {
  expect(examples.length).toBeGreaterThan(15)
  expect(examples).toHaveLength([...page.matchAll(/^curl /gm)].length)
})

test('every described route has an example', async () => {
  const address = await startDocumentedConsole()
  const answer = await fetch(`http://${address}/api/v1/openapi.json`)
  const { paths } = (await answer.json()) as { paths: Record<string, unknown> }
  const commands = examples.map(({ command }) => command).join('\n')
  for (const path of [...Object.keys(paths), '/metrics']) {
    const pattern = path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[\\w:-]+')
    expect(commands).toMatch(new RegExp(`${pattern}('|\\?| |$)`, 'm'))
  }
})

test('every metric is on the page by its whole name', async () => {
  const address = await startDocumentedConsole()
  const text = await (await fetch(`http://${address}/metrics`)).text()
  const names = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

test('the table of filters is what the lists take', async () => {
  const address = await startDocumentedConsole()
  const answer = await fetch(`http://${address}/api/v1/openapi.json`)
  const { paths } = (await answer.json()) as {
    paths: Record<string, { get?: { parameters?: { name: string }[] } }>
  }
  const rows = [...page.matchAll(/^\| (`[^|]+`) +\|[^|]+\| +(x?) +\| +(x?) +\| +(x?) +\|$/gm)]
  const documented = (column: number) =>
    rows
      .filter((row) => row[column] === 'x')
      .flatMap(([, names = '']) => [...names.matchAll(/\w+/g)].map(([name]) => name))
  for (const [column, list] of [
    [2, 'exchanges'],
    [3, 'divergences'],
    [4, 'endpoints'],
  ] as const) {
    const taken = (paths[`/api/v1/${list}`]?.get?.parameters ?? []).map(({ name }) => name)
    const filters = taken.filter((name) => !['cursor', 'limit', 'examples'].includes(name))
    expect(documented(column).toSorted()).toEqual(filters.toSorted())
  }
})

test.runIf(hasCurl).each(examples)('$command', async ({ command, kind, output }) => {
  const address = await startDocumentedConsole()
  const { stdout } = await run('sh', ['-c', command.replaceAll('localhost:8081', address)])
  if (kind === 'json') expect(JSON.parse(stdout)).toMatchObject(JSON.parse(output) as object)
  else expect(stdout.replaceAll('\r\n', '\n')).toBe(output)
})
