/**
 * Names in XML by what they mean (Namespaces in XML 1.0): a prefix is whatever the writer liked, so elements
 * are called by their local name and tell their namespace where it is another one than around them.
 * Declarations that no name uses are kept, since text may use them, as `xsi:type="ns1:Order"` does.
 */

/** An element's name and attributes by their meaning. */
export interface ResolvedElement {
  readonly name: string
  readonly namespace?: string
  readonly attributes: ReadonlyMap<string, string>
}

/** The namespaces in force while a document is read. */
export interface Namespaces {
  open(name: string, attributes: ReadonlyMap<string, string>): ResolvedElement
  /** Prefixes that the element declared and no name used, with their namespaces. */
  close(): readonly (readonly [prefix: string, namespace: string])[]
}

interface Declaration {
  readonly namespace: string
  isUsed: boolean
}

interface Scope {
  readonly declared: ReadonlyMap<string, Declaration>
  /** Of the element itself. */
  readonly namespace: string
}

/** Nothing is declared yet. */
export function createNamespaces(): Namespaces {
  const scopes: Scope[] = []

  const lookUp = (prefix: string): string | undefined => {
    for (let at = scopes.length - 1; at >= 0; at--) {
      const found = scopes[at]?.declared.get(prefix)
      if (found === undefined) continue
      found.isUsed = true
      return found.namespace
    }
    return undefined
  }

  return {
    open: (raw, attributes) => {
      const around = scopes.at(-1)?.namespace ?? ''
      const declared = new Map<string, Declaration>()
      const own: (readonly [string, string])[] = []
      for (const [name, value] of attributes) {
        const prefix = name === 'xmlns' ? '' : /^xmlns:(.+)$/.exec(name)?.[1]
        if (prefix === undefined) own.push([name, value])
        else declared.set(prefix, { namespace: value, isUsed: false })
      }
      scopes.push({ declared, namespace: '' })
      const [prefix, local] = splitName(raw)
      const found = lookUp(prefix)
      // A prefix that nobody declared is part of the name.
      const name = found === undefined ? raw : local
      const namespace = found ?? ''
      scopes[scopes.length - 1] = { declared, namespace }
      return {
        name,
        ...(namespace !== around && { namespace }),
        attributes: resolveAll(own, lookUp),
      }
    },
    close: () =>
      [...(scopes.pop()?.declared ?? [])]
        .filter(([, { isUsed }]) => !isUsed)
        .map(([prefix, { namespace }]) => [prefix, namespace] as const),
  }
}

/** Two that mean the same keep the names that they were given: neither may get lost. */
function resolveAll(
  own: readonly (readonly [string, string])[],
  lookUp: (prefix: string) => string | undefined,
): ReadonlyMap<string, string> {
  const resolved = new Map<string, string>()
  for (const [raw, value] of own) {
    const name = resolve(raw, lookUp)
    resolved.set(resolved.has(name) ? raw : name, value)
  }
  return resolved
}

/** An attribute without a prefix is in no namespace, whatever the default is. */
function resolve(raw: string, lookUp: (prefix: string) => string | undefined): string {
  const [prefix, local] = splitName(raw)
  const namespace = prefix === '' ? undefined : lookUp(prefix)
  return namespace === undefined ? raw : `{${namespace}}${local}`
}

function splitName(name: string): readonly [prefix: string, local: string] {
  const colon = name.indexOf(':')
  return colon === -1 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)]
}
