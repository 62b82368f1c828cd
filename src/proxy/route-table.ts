/** The routes that take requests now, and former ones as long as requests under way need their legs. */

import { AppError } from '../core/errors.ts'
import type { BreakerState } from '../core/service-reading.ts'
import type { AdmitRules } from './admit.ts'
import type { MirrorOverride } from './mirror.ts'
import { openRoute, type ProxySettings, type Route, type RouteContext } from './route.ts'
import type { RoutedRequest } from './routing.ts'

/** Chooses routes, and replaces them while requests are under way. */
export class RouteTable {
  /** The route that takes every request, when the first one does: nothing need be matched then. */
  sole: Route | undefined
  /** What requests are admitted by before their route is known: without a Host of ours. */
  rules: AdmitRules
  readonly #pseudonym: string
  readonly #createTransport: RouteContext['createTransport']
  #settings: ProxySettings
  #routes: readonly Route[]
  #former: Route[] = []
  readonly #overrides = new Map<string, MirrorOverride>()
  #overrideOfAll: MirrorOverride | undefined

  /** Opens the legs of every route; throws `invalid`, with nothing left open, when that cannot be done. */
  constructor({ settings, pseudonym, createTransport }: RouteContext) {
    this.#pseudonym = pseudonym
    this.#createTransport = createTransport
    this.#settings = settings
    this.#routes = this.#open(settings, [])
    this.sole = soleOf(this.#routes)
    this.rules = this.#rulesOf(settings)
  }

  /** The first route that takes the request. */
  choose(request: RoutedRequest): Route | undefined {
    return this.#routes.find(({ matches }) => matches === undefined || matches(request))
  }

  get hasControl(): boolean {
    return this.#routes.some(({ mirror }) => mirror?.hasControl === true)
  }

  /** Copies on their way or waiting, in all routes. */
  get busy(): number {
    return [...this.#mirrors()].reduce((sum, mirror) => sum + mirror.busy, 0)
  }

  /** State of the shadow's breaker by route name. */
  breaker(): Record<string, BreakerState> {
    const states: Record<string, BreakerState> = {}
    for (const { settings, mirror } of this.#routes) {
      if (mirror !== undefined) states[settings.name] = mirror.breakerState()
    }
    return states
  }

  /** Changes the mirroring of one route or of all; a route of that name gets it also after a replacement. */
  setOverride(override: MirrorOverride, name: string | undefined): void {
    if (name === undefined) {
      this.#overrideOfAll = override
      this.#overrides.clear()
    } else this.#overrides.set(name, override)
    for (const { settings, mirror } of this.#routes) {
      if (name === undefined || settings.name === name) mirror?.setOverride(override)
    }
  }

  /**
   * From now on requests take these routes. Legs that are the same go on; the others stay until nothing
   * under way needs them. Throws `invalid`, with everything as it was, when a leg cannot be made.
   */
  replace(settings: ProxySettings): void {
    const routes = this.#open(settings, this.#routes)
    this.#former.push(...this.#routes)
    this.#routes = routes
    this.#settings = settings
    this.sole = soleOf(routes)
    this.rules = this.#rulesOf(settings)
    for (const { settings: route, mirror } of routes) {
      const override = this.#overrides.get(route.name) ?? this.#overrideOfAll
      if (override !== undefined) mirror?.setOverride(override)
    }
  }

  /** Whether there are former routes, so that {@link closeUnused} is worth its while. */
  get hasFormer(): boolean {
    return this.#former.length > 0
  }

  /** Closes the legs of former routes that no request under way is on. */
  closeUnused(underWay: ReadonlySet<Route>): void {
    const current = new Set(this.#routes.map(({ mirror }) => mirror))
    const isNeeded = (route: Route) =>
      underWay.has(route) ||
      (route.mirror !== undefined && !current.has(route.mirror) && route.mirror.busy > 0)
    const unused = this.#former.filter((route) => !isNeeded(route))
    if (unused.length === 0) return
    this.#former = this.#former.filter(isNeeded)
    closeLegs(unused, [...this.#routes, ...this.#former])
  }

  /** From now on nothing is repeated to control; copies leave as before. */
  stopRepeating(): void {
    for (const mirror of this.#mirrors()) mirror.stopRepeating()
  }

  /** Cuts what is still on its way. */
  close(): void {
    closeLegs([...this.#routes, ...this.#former], [])
  }

  #open(settings: ProxySettings, before: readonly Route[]): readonly Route[] {
    if (settings.routes.length === 0) {
      throw new AppError('invalid', 'A proxy needs at least one route.')
    }
    const context = {
      settings,
      pseudonym: this.#pseudonym,
      createTransport: this.#createTransport,
    }
    const routes: Route[] = []
    try {
      for (const route of settings.routes) {
        const former = before.find(({ settings: { name } }) => name === route.name)
        routes.push(
          openRoute(route, context, former && { route: former, settings: this.#settings }),
        )
      }
    } catch (error) {
      closeLegs(routes, before)
      throw error
    }
    return routes
  }

  #rulesOf({ via, forwarded }: ProxySettings): AdmitRules {
    return { pseudonym: via ? this.#pseudonym : undefined, forwarded, fallbackHost: '' }
  }

  #mirrors() {
    const mirrors = [...this.#routes, ...this.#former].map(({ mirror }) => mirror)
    return new Set(mirrors.filter((mirror) => mirror !== undefined))
  }
}

function soleOf([first]: readonly Route[]): Route | undefined {
  return first?.matches === undefined ? first : undefined
}

/** Closes the legs of these routes, except those that the others have too. */
function closeLegs(routes: readonly Route[], others: readonly Route[]): void {
  const kept = new Set<object | undefined>(
    others.flatMap(({ primary, mirror }) => [primary, mirror]),
  )
  for (const { primary, mirror } of routes) {
    if (!kept.has(primary)) primary.destroy()
    if (!kept.has(mirror)) mirror?.close()
    kept.add(primary).add(mirror)
  }
}
