import { expect, test } from 'vitest'
import { readReport } from '../../bench/load.ts'
import { median } from '../../bench/table.ts'

const REPORT = `Running 3s test @ http://127.0.0.1:1/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   478.61us  210.65us   8.71ms   95.18%
    Req/Sec    67.23k     4.66k   73.43k    83.33%
  Latency Distribution
     50%  453.00us
     75%  512.00us
     90%    1.20ms
     99%    1.02s
  200643 requests in 3.00s, 227.52MB read
Requests/sec:  66872.90
Transfer/sec:     75.83MB
`

test('a report of wrk is read, whatever units it chose', () => {
  expect(readReport(REPORT)).toEqual({
    requests: 200_643,
    perSecond: 66_872.9,
    p50Ms: 0.453,
    p99Ms: 1020,
  })
})

test.each([
  '  Socket errors: connect 0, read 3, write 0, timeout 0',
  '  Non-2xx or 3xx responses: 12',
])('a report that tells "%s" is no measurement', (line) => {
  expect(() => readReport(`${REPORT}${line}\n`)).toThrow(line.trim())
})

test('something else than a report is told, not measured', () => {
  expect(() => readReport('unable to connect')).toThrow('unable to connect')
})

test('the median is the middle one, or between the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([5])]).toEqual([2, 2.5, 5])
})
