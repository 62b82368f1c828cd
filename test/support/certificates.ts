/** Keys and certificates for tests: they open nothing anywhere, and are valid for a hundred years. */

import { readFileSync } from 'node:fs'

function pem(name: string): string {
  return readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), 'utf8')
}

/** Signed {@link SERVER} and {@link CLIENT}. */
export const CA = pem('ca')
/** Signed neither. */
export const OTHER_CA = pem('other-ca')
/** For `localhost`, `v1.example`, 127.0.0.1 and ::1. */
export const SERVER = { cert: pem('server'), key: pem('server-key') }
/** For a proxy that must show who it is; its subject is `proxy`. */
export const CLIENT = { cert: pem('client'), key: pem('client-key') }
