import { expect, test } from 'vitest'
import * as form from '../../src/config/values.ts'

test.each([
  ['500ms', 500],
  ['15s', 15_000],
  ['1.5m', 90_000],
  ['7d', 604_800_000],
  ['15', undefined],
  ['15 parsecs', undefined],
  [15, undefined],
])('the duration %j is %j ms', (written, expected) => {
  expect(form.duration.read(written)).toBe(expected)
})

test.each([
  ['64KB', 64_000],
  ['1MB', 1_000_000],
  ['1MiB', 1_048_576],
  [4096, 4096],
  ['-1', undefined],
  [1.5, undefined],
])('the size %j is %j bytes', (written, expected) => {
  expect(form.size.read(written)).toBe(expected)
})

test.each([
  ['12.5', 12.5],
  ['0', 0],
  [100, 100],
  ['0.5%', 0.5],
  ['100.1', undefined],
  ['', undefined],
  ['NaN', undefined],
])('the share %j is %j', (written, expected) => {
  expect(form.percent.read(written)).toBe(expected)
})

test.each([
  ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
  ['[::1]:80', { host: '::1', port: 80 }],
  ['8080', { host: '127.0.0.1', port: 8080 }],
  [8080, { host: '127.0.0.1', port: 8080 }],
  [':8080', { host: '::', port: 8080 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['localhost', undefined],
  ['localhost:65536', undefined],
  ['::1:80', undefined],
  ['http://localhost:80', undefined],
])('the address %j is %j', (written, expected) => {
  expect(form.address.read(written)).toEqual(expected)
})

test.each([
  ['http://v1:8080', 'http://v1:8080'],
  ['https://v1/', 'https://v1'],
  ['HTTP://V1:80', 'http://v1'],
  ['v1:8080', undefined],
  ['ftp://v1', undefined],
  ['http://user:secret@v1', undefined],
  ['http://v1/base', undefined],
  ['http://', undefined],
])('the upstream %j is %j', (written, expected) => {
  expect(form.upstreamUrl.read(written)).toBe(expected)
})

test.each([
  ['all', 'all'],
  ['safe', 'safe'],
  ['GET,post', ['GET', 'POST']],
  [['GET'], ['GET']],
  ['', undefined],
  ['GET POST', undefined],
  ['safe,POST', undefined],
  [['ALL'], undefined],
])('the methods %j are %j', (written, expected) => {
  expect(form.methods.read(written)).toEqual(expected)
})
