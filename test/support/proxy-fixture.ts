/** A proxy between scripted upstreams, closed after the test. */

import { onTestFinished } from 'vitest'
import type { Counters } from '../../src/core/counters.ts'
import type { ControlSettings, RouteSettings, ShadowSettings } from '../../src/core/settings.ts'
import type { ProxySettings } from '../../src/proxy/route.ts'
import { createNodeTransport } from './node-transport.ts'
import { startProxy, type Proxy, type ProxyOptions } from '../../src/proxy/server.ts'
import { MemoryQueue } from './memory-queue.ts'
import { RawClient } from './raw-client.ts'
import { startRawUpstream, type RawUpstream, type UpstreamScript } from './raw-upstream.ts'

/** Why a test whose uploads outlive their answers cannot run, if it cannot. */
export const noUploadAfterAnswer =
  process.env.TRANSPORT === 'node' ? 'Node’s client ends an upload with its answer' : undefined

/** What a test wants to differ from the usual. */
export interface FixtureOptions {
  readonly primary: UpstreamScript | string
  /** Absent: answers 200 with `shadow`. `none`: the route has no shadow. */
  readonly shadow?: UpstreamScript | string
  readonly noShadow?: boolean
  /** Absent: the route has no control, unless `controlSettings` are given: then it is primary itself. */
  readonly control?: UpstreamScript | string
  readonly primarySettings?: Partial<RouteSettings['primary']>
  readonly shadowSettings?: Partial<ShadowSettings>
  readonly controlSettings?: Partial<ControlSettings>
  readonly settings?: Partial<ProxySettings>
  readonly options?: Partial<ProxyOptions>
}

/** A proxy with its upstreams, its queue, and clients that are closed at the end. */
export interface Fixture {
  readonly proxy: Proxy
  readonly primary: RawUpstream
  readonly shadow: RawUpstream
  /** Primary itself when nothing else was asked for. */
  readonly control: RawUpstream
  readonly queue: MemoryQueue
  readonly client: () => RawClient
}

/** A whole answer with a body and a length. */
export function ok(body: string, ...lines: string[]): string {
  return ['HTTP/1.1 200 OK', ...lines, `Content-Length: ${body.length}`, '', body].join('\r\n')
}

/** The settings of one route between two URLs. */
export function proxySettings(
  primaryUrl: string,
  shadowUrl: string | undefined,
  changes: Pick<FixtureOptions, 'primarySettings' | 'shadowSettings' | 'settings'> = {},
): ProxySettings {
  return {
    listen: { host: '127.0.0.1', port: 0 },
    via: true,
    forwarded: 'preserve',
    record: { maxBodyBytes: 1024 * 1024 },
    routes: [
      {
        name: 'default',
        primary: { url: primaryUrl, timeoutMs: 10_000, idleMs: 10_000, ...changes.primarySettings },
        ...(shadowUrl === undefined
          ? {}
          : {
              shadow: {
                url: shadowUrl,
                timeoutMs: 10_000,
                idleMs: 10_000,
                percent: 100,
                methods: 'all' as const,
                host: { kind: 'suffix' as const },
                maxRequestBodyBytes: 1024 * 1024,
                maxInFlight: 256,
                maxBacklog: 1024,
                ...changes.shadowSettings,
              },
            }),
      },
    ],
    ...changes.settings,
  }
}

/** The same settings with a control in every route. */
export function withControl(
  settings: ProxySettings,
  control: Pick<ControlSettings, 'url' | 'isPrimary'> & Partial<ControlSettings>,
): ProxySettings {
  const whole = { timeoutMs: 10_000, idleMs: 10_000, percent: 100, maxInFlight: 64, ...control }
  return { ...settings, routes: settings.routes.map((route) => ({ ...route, control: whole })) }
}

/** Starts everything; what was started is closed when the test is over. */
export async function startFixture(options: FixtureOptions): Promise<Fixture> {
  const primary = await startRawUpstream(options.primary)
  const shadow = await startRawUpstream(options.shadow ?? ok('shadow'))
  const control = options.control === undefined ? primary : await startRawUpstream(options.control)
  const queue = new MemoryQueue()
  const settings = proxySettings(
    primary.url,
    options.noShadow === true ? undefined : shadow.url,
    options,
  )
  const proxy = await startProxy({
    settings:
      control === primary && options.controlSettings === undefined
        ? settings
        : withControl(settings, {
            url: control.url,
            isPrimary: control === primary,
            ...options.controlSettings,
          }),
    queue,
    instance: 'test',
    // The proxy's promises hold over either transport: TRANSPORT=node runs all its tests over Node's client.
    ...(process.env.TRANSPORT === 'node' ? { createTransport: createNodeTransport } : {}),
    ...options.options,
  })
  const clients: RawClient[] = []
  onTestFinished(async () => {
    for (const client of clients) client.destroy()
    await proxy.close(0)
    await primary.close()
    await shadow.close()
    if (control !== primary) await control.close()
  })
  return {
    proxy,
    primary,
    shadow,
    control,
    queue,
    client: () => {
      const client = new RawClient(proxy.address.port)
      clients.push(client)
      return client
    },
  }
}

/** Whether both equations of the books hold. */
export function addsUp(counters: Counters): boolean {
  const sum = (reasons: Partial<Record<string, number>>) =>
    Object.values(reasons).reduce<number>((total, count) => total + (count ?? 0), 0)
  const { seen, pending, mirrored, inFlight, match, divergent } = counters
  return (
    seen === pending + mirrored + sum(counters.unmirrored) &&
    mirrored === inFlight + match + divergent + sum(counters.incomparable) + sum(counters.lost)
  )
}
