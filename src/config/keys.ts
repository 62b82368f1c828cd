/**
 * The keys of the configuration file: a tree whose leaves are forms of values. A key that is part of
 * the contract but not built yet is `notYet`: refused by name, so that nobody believes it works.
 */

import type { ValueForm } from './values.ts'
import * as form from './values.ts'

/** What may stand under a key. */
export type KeyNode =
  | { readonly kind: 'value'; readonly form: ValueForm<unknown> }
  | { readonly kind: 'map'; readonly keys: Readonly<Record<string, KeyNode>> }
  | { readonly kind: 'list'; readonly of: KeyNode }
  | { readonly kind: 'rules' }
  | { readonly kind: 'notYet' }

const value = (of: ValueForm<unknown>): KeyNode => ({ kind: 'value', form: of })
const map = (keys: Readonly<Record<string, KeyNode>>): KeyNode => ({ kind: 'map', keys })
const notYet: KeyNode = { kind: 'notYet' }

/** A user of the console. */
const user = map({
  name: value(form.name),
  role: value(form.oneOf('viewer', 'operator', 'gate')),
  token: value(form.token),
})

/** The whole file. */
export const FILE_KEYS = map({
  listen: value(form.address),
  primary: value(form.upstreamUrl),
  shadow: value(form.upstreamUrl),
  percent: value(form.percent),
  methods: value(form.methods),
  shadowHost: value(form.shadowHost),
  run: value(form.name),
  console: map({ listen: value(form.address), users: { kind: 'list', of: user } }),
  health: value(form.address),
  store: value(form.filePath),
  forwarded: value(form.oneOf('preserve', 'append')),
  via: value(form.toggle),
  record: map({
    maxBody: value(form.size),
    bodies: notYet,
    matches: notYet,
    redact: notYet,
  }),
  control: notYet,
  controlPercent: notYet,
  workers: notYet,
  retention: notYet,
  routes: notYet,
  rules: { kind: 'rules' },
  verdict: notYet,
})
