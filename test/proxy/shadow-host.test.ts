import { expect, test } from 'vitest'
import { withShadowSuffix } from '../../src/proxy/shadow-host.ts'

test.each([
  ['httpbin:8000', 'httpbin-shadow:8000'],
  ['httpbin', 'httpbin-shadow'],
  ['a.ns.svc.cluster.local:80', 'a.ns.svc.cluster.local-shadow:80'],
  ['h:', 'h-shadow:'],
  ['[::1]:80', '[::1]-shadow:80'],
  ['[::1]', '[::1]-shadow'],
  ['127.0.0.1:80', '127.0.0.1-shadow:80'],
  ['::1', ':-shadow:1'],
])('Envoy makes of %s %s', (host, shadow) => {
  expect(withShadowSuffix(host)).toBe(shadow)
})
