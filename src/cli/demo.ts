/** `shadowdiff demo`: two versions of an example shop, traffic, proxy and console, in one command. */

import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { loadSettings } from '../config/load.ts'
import { describeRegressions } from '../demo/regressions.ts'
import { startShop } from '../demo/shop.ts'
import { startTraffic } from '../demo/traffic.ts'
import { startService } from '../service.ts'
import { makeTemporaryFolder } from '../temporary-folder.ts'
import { EXIT, stopSignal, tell, tellProblems } from './terminal.ts'

const REQUESTS_PER_SECOND = 8

/** The command with its flags. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('show shadowdiff at work on two versions of an example shop')
    .option(
      '--listen <host:port>',
      'where the proxy listens (default: 127.0.0.1:8080, or a free port)',
    )
    .option('--console <host:port>', 'dashboard and API (default: 127.0.0.1:8081, or a free port)')
    .option('--db <file>', 'keep what is recorded in this file (default: a temporary one)')
    .addHelpText(
      'after',
      '\nRuns until SIGINT or SIGTERM.' +
        '\nExit codes: 0 done, 2 wrong usage, 4 the program itself failed.',
    )
    .action(async (options: { listen?: string; console?: string; db?: string }) => {
      process.exitCode = await showDemo(options)
    })
}

async function showDemo(options: {
  readonly listen?: string
  readonly console?: string
  readonly db?: string
}): Promise<number> {
  const stopped = stopSignal()
  const folder = await makeTemporaryFolder(tmpdir(), 'shadowdiff-demo')
  const shops = await Promise.all([startShop({ version: 1 }), startShop({ version: 2 })])
  const closeShops = () => Promise.all(shops.map((shop) => shop.close()))
  try {
    const loaded = loadSettings({
      flags: {
        primary: shops[0].url,
        shadow: shops[1].url,
        listen: options.listen ?? (await freeAddress(8080)),
        console: options.console ?? (await freeAddress(8081)),
        db: options.db ?? join(folder, 'demo.db'),
        // A part of the reads is asked of version 1 twice, so that noise shows as noise.
        controlPercent: '30',
        run: 'demo',
      },
      env: {},
    })
    if (!loaded.ok) {
      tellProblems(loaded.problems)
      return EXIT.usage
    }
    const service = await startService(loaded.settings, { log: tell })
    const traffic = startTraffic({
      url: service.urls.proxy,
      ratePerSecond: REQUESTS_PER_SECOND,
      seed: 1,
    })
    process.stdout.write(
      welcome(
        service.urls,
        shops.map((shop) => shop.url),
      ),
    )
    await stopped
    tell('stopping')
    await traffic.stop()
    await service.close()
    return EXIT.done
  } finally {
    await closeShops()
    rmSync(folder, { recursive: true, force: true })
  }
}

function welcome(
  urls: { readonly proxy: string; readonly console: string },
  shops: readonly string[],
): string {
  return [
    '',
    `  Open   ${urls.console}`,
    '',
    `  An example shop runs in two versions (${shops.join(' and ')}).`,
    `  A trickle of visitors goes through the proxy at ${urls.proxy}; version 1 answers them,`,
    '  version 2 gets copies. Look for what version 2 does differently:',
    '',
    ...describeRegressions().map((line) => `    ${line}`),
    '',
    '  Ctrl-C ends it.',
    '',
    '',
  ].join('\n')
}

/** The usual port when it is free, else one that the system chooses. */
function freeAddress(port: number): Promise<string> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => {
      resolve('127.0.0.1:0')
    })
    probe.listen({ host: '127.0.0.1', port }, () => {
      probe.close(() => {
        resolve(`127.0.0.1:${port}`)
      })
    })
  })
}
