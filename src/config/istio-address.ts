/** Where Istio's destinations are: hosts, ports, and the subsets that only a DestinationRule knows. */

import type { Part, Resource } from './manifest.ts'

/** A destination as an address, with what a person has to look at. */
export interface Address {
  readonly url: string
  /** Absent where it is assumed. */
  readonly port?: number
  readonly notes: readonly string[]
}

interface Service {
  readonly name: string
  readonly namespace: string | undefined
  readonly selector: ReadonlyMap<string, string>
  readonly ports: readonly number[]
}

/** Finds the addresses of destinations, with the help of the Services and DestinationRules beside them. */
export class Addresses {
  readonly #services: readonly Service[]
  /** Labels of a subset by `host subset`. */
  readonly #subsets = new Map<string, ReadonlyMap<string, string>>()

  constructor(resources: readonly Resource[]) {
    this.#services = resources
      .filter(({ kind }) => kind === 'Service')
      .map(({ name, namespace, spec }) => ({
        name,
        namespace,
        selector: mapOf(spec.part('selector')),
        ports: spec.parts('ports').flatMap((port) => port.number('port') ?? []),
      }))
    for (const { kind, namespace, spec } of resources) {
      if (kind !== 'DestinationRule') continue
      const host = fullName(spec.text('host') ?? '', namespace)
      for (const subset of spec.parts('subsets')) {
        this.#subsets.set(`${host} ${subset.text('name') ?? ''}`, mapOf(subset.part('labels')))
      }
    }
  }

  /**
   * The address of a destination of a VirtualService in this namespace. Without a port of its own, and with
   * none or several of its Service, Istio takes the port that the client called: `called`, where it is known.
   */
  of(
    destination: Part | undefined,
    namespace: string | undefined,
    called?: number,
  ): Address | undefined {
    const host = destination?.text('host')
    if (destination === undefined || host === undefined) return undefined
    const subset = destination.text('subset')
    const port = destination.part('port')?.number('number')
    const service = this.#services.find(
      (each) => fullName(each.name, each.namespace) === fullName(host, namespace),
    )
    const ports = { port, called }
    if (subset === undefined) return addressOf(shortest(host, namespace), ports, service, [])
    const labels = this.#subsets.get(`${fullName(host, namespace)} ${subset}`)
    const own = labels && this.#services.find((each) => selects(each, labels, namespace))
    if (own !== undefined) return addressOf(shortest(own.name, own.namespace), ports, own, [])
    const [name = host, ...domain] = shortest(host, namespace).split('.')
    const assumed = [`${name}-${subset}`, ...domain].join('.')
    return addressOf(assumed, ports, service, [
      `subset ${subset} of ${host} has no name of its own: make this the Service that selects only its pods`,
    ])
  }
}

function addressOf(
  host: string,
  { port, called }: { readonly port: number | undefined; readonly called: number | undefined },
  service: Service | undefined,
  notes: readonly string[],
): Address {
  const only = service?.ports.length === 1 ? service.ports[0] : undefined
  const known = port ?? only
  const url = (shown: number) => `http://${host}${shown === 80 ? '' : `:${shown}`}`
  if (known !== undefined) return { url: url(known), port: known, notes }
  const assumed =
    called === undefined
      ? `no port is given for ${host}: 80 is assumed`
      : `no port is given for ${host}: ${called} is assumed as for primary (Istio takes the port that the client called)`
  return { url: url(called ?? 80), notes: [...notes, assumed] }
}

/** Whether a Service of the namespace stands for exactly the pods of a subset. */
function selects(
  { selector, namespace }: Service,
  labels: ReadonlyMap<string, string>,
  inNamespace: string | undefined,
): boolean {
  const isNear = (namespace ?? 'default') === (inNamespace ?? 'default')
  return (
    isNear && labels.size > 0 && [...labels].every(([key, value]) => selector.get(key) === value)
  )
}

function mapOf(part: Part | undefined): ReadonlyMap<string, string> {
  return new Map((part?.keys() ?? []).map((key) => [key, part?.text(key) ?? '']))
}

/** `reviews` of a namespace by its whole name; what has dots is whole already, or not of the cluster. */
function fullName(host: string, namespace = 'default'): string {
  return host.includes('.')
    ? host.replace(/\.svc(?:\.cluster\.local)?$/, '')
    : `${host}.${namespace}`
}

/** The name that reaches it from everywhere in the cluster, as short as it is known. */
function shortest(host: string, namespace: string | undefined): string {
  return host.includes('.') || namespace === undefined ? host : `${host}.${namespace}`
}

/** The hosts of a VirtualService as a client may write them; without an entry when it takes every host. */
export function hostsOf(
  hosts: readonly string[],
  namespace: string | undefined,
): readonly string[] | undefined {
  if (hosts.includes('*') || hosts.length === 0) return undefined
  const spelled = hosts.flatMap((host) => {
    const [, name, space = namespace] =
      /^([a-z0-9-]+)(?:\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?)?$/.exec(host) ?? []
    if (name === undefined) return [host]
    if (space === undefined) return [name]
    const short = space === namespace ? [name] : []
    const long = [`${name}.${space}`, `${name}.${space}.svc`, `${name}.${space}.svc.cluster.local`]
    return [...short, ...long]
  })
  return [...new Set(spelled.map((host) => host.toLowerCase()))]
}

/** How much hosts take: Istio looks for the exact name first, then for the longest wildcard; routes here come in order. */
export function breadthOf(hosts: readonly string[]): number {
  return Math.max(
    0,
    ...hosts.map((host) => (host === '*' ? 1000 : host.startsWith('*') ? 500 - host.length : 0)),
  )
}
