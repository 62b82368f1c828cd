/**
 * Istio's VirtualServices as a configuration. What has no equivalent becomes a comment at its place and a
 * warning; a route that would take other requests than in the mesh is left out instead.
 */

import { Document, isNode } from 'yaml'
import type { Problem } from './document.ts'
import { Addresses, breadthOf } from './istio-address.ts'
import { importRoute, type ImportedRoute } from './istio-route.ts'
import { type ManifestFile, readManifests, type Resource } from './manifest.ts'

/** A configuration's text, and what a person should know. */
export interface ImportedConfig {
  readonly yaml: string
  readonly warnings: readonly Problem[]
  /** How many routes it has. */
  readonly routes: number
}

/** Translates what the files hold; other resources than VirtualServices only help to find addresses. */
export function importIstio(files: readonly ManifestFile[]): ImportedConfig {
  const { resources, problems } = readManifests(files)
  const addresses = new Addresses(resources)
  const services = resources.filter(({ kind }) => kind === 'VirtualService').toSorted(byBreadth)
  const warnings: Problem[] = [...problems]
  const routes: ImportedRoute[] = []
  for (const service of services) {
    for (const key of ['tcp', 'tls'] as const) {
      if (!service.spec.has(key)) continue
      warnings.push({ where: service.spec.where(key), message: `${key}: only HTTP is mirrored` })
    }
    const parts = service.spec.parts('http')
    routes.push(...parts.flatMap((part, index) => importRoute(service, part, index, addresses)))
  }
  const named = withUniqueNames(routes)
  for (const { name, notes, where } of named) {
    for (const note of notes) warnings.push({ where, message: `${name}: ${note}` })
  }
  return {
    yaml: write(named),
    warnings,
    routes: named.filter(({ written }) => written !== undefined).length,
  }
}

function byBreadth(a: Resource, b: Resource): number {
  return breadthOf(a.spec.texts('hosts')) - breadthOf(b.spec.texts('hosts'))
}

function withUniqueNames(routes: readonly ImportedRoute[]): readonly ImportedRoute[] {
  const seen = new Set<string>()
  return routes.map((route) => {
    let { name } = route
    for (let count = 2; seen.has(name); count++) name = `${route.name}-${count}`
    seen.add(name)
    if (name === route.name || route.written === undefined) return { ...route, name }
    return { ...route, name, written: { ...route.written, name } }
  })
}

const HEADER = ` Routes of Istio VirtualServices. Check the addresses: names that only the mesh knows are assumed.
 To measure noise, give a route "control: { url: … }", a second instance of primary's version.`

function write(routes: readonly ImportedRoute[]): string {
  const written = routes.filter((route) => route.written !== undefined)
  const document = new Document(
    { routes: written.map((route) => route.written) },
    { aliasDuplicateObjects: false },
  )
  document.commentBefore = HEADER
  let pending: string[] = []
  let index = 0
  for (const route of routes) {
    const isLeftOut = route.written === undefined
    const lines = route.notes.map((note) => ` ${isLeftOut ? `${route.name}: ` : ''}${note}`)
    pending.push(...lines.map((line) => line.replace(/[\r\n]+/g, ' ')))
    if (isLeftOut) continue
    const node = document.getIn(['routes', index++], true)
    if (isNode(node) && pending.length > 0) node.commentBefore = pending.join('\n')
    pending = []
  }
  if (pending.length > 0) document.comment = pending.join('\n')
  return document.toString({ lineWidth: 100 })
}
