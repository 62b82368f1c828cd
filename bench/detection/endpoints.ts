/**
 * The endpoints of the lifelike API, with what varies in each by itself. Headers that vary everywhere are in
 * `variations.ts`.
 */

import type { Endpoint } from './endpoint.ts'
import { BROWSING } from './endpoints-browsing.ts'
import { BUYING } from './endpoints-buying.ts'
import { OTHER_KINDS } from './endpoints-other-kinds.ts'
import { SIGNING_IN } from './endpoints-signing-in.ts'

/** Every endpoint; their order is part of what a seed stands for. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...BROWSING,
  ...BUYING,
  ...SIGNING_IN,
  ...OTHER_KINDS,
]
