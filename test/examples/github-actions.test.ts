/** The GitHub Actions job: its own shell steps are run, with two small services as the versions to compare. */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'

import { temporaryFolder } from '../support/console.ts'
import { lacks } from '../support/program.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

interface Workflow {
  readonly jobs: {
    readonly shadowdiff: {
      readonly steps: readonly { readonly name?: string; readonly run?: string }[]
    }
  }
}

/** The shell steps after the installation, in which the fixed ports are replaced by free ones. */
async function shellSteps(): Promise<readonly string[]> {
  const file = new URL('../../examples/github-actions.yml', import.meta.url)
  const workflow = parse(await readFile(file, 'utf8')) as Workflow
  const steps = workflow.jobs.shadowdiff.steps.flatMap(({ name, run }) =>
    run === undefined || name === 'Install shadowdiff' ? [] : [run],
  )
  const ports = new Map<string, string>()
  for (const port of ['9001', '9002', '8080', '8081']) ports.set(port, String(await freePort()))
  return steps.map((step) =>
    step.replaceAll(/\b(?:900[12]|808[01])\b/g, (port) => ports.get(port) ?? port),
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A checkout with the two scripts that the job calls; version 2 answers `answer`. */
async function checkout(answer: string, ports: readonly [string, string]): Promise<string> {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'ci'))
  await mkdir(join(folder, 'bin'))
  const serve = (body: string, port: string) =>
    `node -e 'require("http").createServer((q,r)=>{r.setHeader("content-type","application/json");r.end(JSON.stringify(${body}))}).listen(${port},"127.0.0.1")' > /dev/null 2>&1 &\necho $! >> "${folder}/pids"\n`
  const scripts: Readonly<Record<string, string>> = {
    'ci/start-versions.sh': serve('{price:10}', ports[0]) + serve(answer, ports[1]),
    'ci/send-traffic.sh':
      'for i in $(seq 700); do echo "url = $1/items/$i"; echo "output = /dev/null"; done | curl --silent --fail --config -\n',
    'bin/shadowdiff': `exec "${process.execPath}" "${MAIN}" "$@"\n`,
  }
  for (const [name, text] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/usr/bin/env bash\n${text}`)
    await chmod(join(folder, name), 0o755)
  }
  onTestFinished(async () => {
    const pids = await readFile(join(folder, 'pids'), 'utf8').catch(() => '')
    for (const pid of pids.split('\n').filter(Boolean)) spawnSync('kill', ['-9', pid])
  })
  return folder
}

/** Runs the steps as the runner does, with its files; gives the code of the first that fails. */
async function runJob(answer: string) {
  const steps = await shellSteps()
  const [, first = '', second = ''] =
    /primary http:\/\/127\.0\.0\.1:(\d+) --shadow http:\/\/127\.0\.0\.1:(\d+)/.exec(
      steps.join('\n'),
    ) ?? []
  const folder = await checkout(answer, [first, second])
  const files = { GITHUB_ENV: join(folder, 'env'), GITHUB_STEP_SUMMARY: join(folder, 'summary.md') }
  await writeFile(files.GITHUB_ENV, '')
  let output = ''
  for (const step of steps) {
    const added = (await readFile(files.GITHUB_ENV, 'utf8')).split('\n').filter(Boolean)
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step], {
      cwd: folder,
      env: {
        ...process.env,
        ...files,
        ...Object.fromEntries(
          added.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
        ),
        GITHUB_RUN_ID: '7',
        PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const [code] = (await once(child, 'exit')) as [number | null]
    if (code !== 0) return { code, folder, output }
  }
  return { code: 0, folder, output }
}

const isMissing = lacks(
  spawnSync('curl', ['--version']).error === undefined,
  'curl',
  'apt-get install curl',
)

describe.skipIf(isMissing)('with curl', () => {
  test('a version that answers alike passes, and the summary says so', async () => {
    const { code, folder, output } = await runJob('{price:10}')
    expect(output).not.toMatch(/\n\s+at /)
    expect(code).toBe(0)
    expect(await readFile(join(folder, 'summary.md'), 'utf8')).toMatch(/^## shadowdiff: PASS/)
  }, 90_000)

  test('a version that lacks a member fails the job and leaves its reports', async () => {
    const { code, folder } = await runJob('{cost:10}')
    expect(code).toBe(1)
    expect(await readFile(join(folder, 'summary.md'), 'utf8')).toMatch(/^## shadowdiff: FAIL/)
    expect(await readFile(join(folder, 'verdict.xml'), 'utf8')).toContain('<testsuites')
    const csv = await readFile(join(folder, 'differences.csv'), 'utf8')
    expect(csv.split('\n')[0]).toMatch(/^exchange_id,request_id,/)
    expect(csv).toContain('body:/price')
  }, 90_000)
})
