import { execFileSync, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { until } from '../support/until.ts'

/** Opens connections from a process of its own, because each process has a limit of handles. */
const IDLERS = `
  const { connect } = require('node:net')
  const [port, count] = process.argv.slice(1).map(Number)
  let connected = 0, closed = 0
  const open = () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      connected++
      if (connected === count) console.log('connected')
      else if (connected % 200 === 0) for (let i = 0; i < 200; i++) open()
    })
    socket.on('error', (error) => console.log(error.code))
    socket.on('close', () => ++closed === count && console.log('closed'))
    socket.resume()
  }
  for (let i = 0; i < 200; i++) open()
`

test('ten thousand idle connections neither hinder a request nor outlive the proxy', async () => {
  const { client, proxy } = await startFixture({ primary: ok('ok') })
  const limit = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })) || Infinity
  const count = limit > 11_000 ? 10_000 : Math.floor((limit - 500) / 200) * 200
  if (count < 10_000)
    console.log(`only ${count} connections: the limit of file handles is ${limit}`)
  const idlers = spawn(process.execPath, ['-e', IDLERS, String(proxy.address.port), String(count)])
  onTestFinished(() => {
    idlers.kill('SIGKILL')
  })
  let said = ''
  idlers.stdout.on('data', (text: Buffer) => (said += text.toString()))
  await until(() => said !== '', 'the connections', 20_000)
  expect(said).toBe('connected\n')
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.body.toString()).toBe('ok')
  await until(() => proxy.counters().match === 1)
  await proxy.close(5000)
  await until(() => said.includes('closed'), 'the close of all', 20_000)
})

test('two thousand short connections in a row are all answered and all gone', async () => {
  const { proxy, primary, shadow } = await startFixture({ primary: ok('ok') })
  let answered = 0
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(proxy.address.port, '127.0.0.1')
      let text = ''
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
      socket.on('error', reject)
      socket.on('close', () => {
        if (text.endsWith('ok')) answered++
        resolve()
      })
      socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    })
  for (let batch = 0; batch < 20; batch++) {
    await Promise.all(Array.from({ length: 100 }, one))
    expect(addsUp(proxy.counters())).toBe(true)
  }
  expect(answered).toBe(2000)
  await until(() => proxy.counters().match === 2000)
  await until(() => primary.sockets.size + shadow.sockets.size <= 2 * 256)
})

test('slow clients that never finish their heads are shown out and hinder nobody', async () => {
  const { client, proxy } = await startFixture({
    primary: ok('ok'),
    options: { headTimeoutMs: 300 },
  })
  const slow = Array.from({ length: 200 }, () => client().send('GET / HTTP/1.1\r\nHost: a\r\nX: '))
  const drip = setInterval(() => {
    for (const one of slow) if (!one.closed) one.send('y')
  }, 20)
  onTestFinished(() => {
    clearInterval(drip)
  })
  expect((await client().request('GET / HTTP/1.1', 'Host: a').answer()).body.toString()).toBe('ok')
  await until(() => slow.every((one) => one.closed))
  expect(proxy.counters().seen).toBe(1)
})
