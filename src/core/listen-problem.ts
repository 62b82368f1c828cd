import { AppError, codeOf } from './errors.ts'
import type { ListenAddress } from './settings.ts'

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use by another program',
  EACCES: 'this user may not use that port',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name is not known',
}

/** What a person is told when a listener cannot start; `flag` is how they choose another address. */
export function listenProblem(
  what: string,
  address: ListenAddress,
  flag: string,
  cause: unknown,
): AppError {
  const code = codeOf(cause)
  const why = (code === undefined ? undefined : WHY[code]) ?? code ?? 'unknown error'
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return new AppError(
    'invalid',
    `the ${what} cannot listen on ${host}:${address.port}: ${why}; choose another with ${flag} HOST:PORT`,
    { cause },
  )
}
