import { expect, test } from 'vitest'
import { Breaker } from '../../src/proxy/breaker.ts'

const limits = { consecutiveFailures: 3, openForMs: 1000 }

test('only failures in a row open it', () => {
  const breaker = new Breaker(limits)
  for (let i = 0; i < 10; i++) {
    breaker.failed(0)
    breaker.failed(0)
    breaker.succeeded()
  }
  expect(breaker.state(0)).toBe('closed')
  for (let i = 0; i < 3; i++) breaker.failed(5)
  expect(breaker.state(5)).toBe('open')
  expect(breaker.admits(1004)).toBe(false)
})

test('half-open lets one through; its success closes, its failure opens again', () => {
  const breaker = new Breaker(limits)
  for (let i = 0; i < 3; i++) breaker.failed(0)
  expect(breaker.state(1000)).toBe('half-open')
  expect(breaker.admits(1000)).toBe(true)
  expect(breaker.admits(1000)).toBe(false)
  breaker.failed(1500)
  expect(breaker.state(2000)).toBe('open')
  expect(breaker.admits(2500)).toBe(true)
  breaker.succeeded()
  expect(breaker.state(2500)).toBe('closed')
  expect(breaker.admits(2500)).toBe(true)
})

test('a trial that we gave up ourselves leaves the place to another', () => {
  const breaker = new Breaker(limits)
  for (let i = 0; i < 3; i++) breaker.failed(0)
  expect(breaker.admits(1000)).toBe(true)
  breaker.abandoned()
  expect(breaker.admits(1000)).toBe(true)
})

test('copies that were sent before it opened do not open it for longer than the last failure', () => {
  const breaker = new Breaker(limits)
  for (let i = 0; i < 3; i++) breaker.failed(0)
  breaker.failed(100)
  expect(breaker.state(1099)).toBe('open')
  expect(breaker.state(1100)).toBe('half-open')
})
