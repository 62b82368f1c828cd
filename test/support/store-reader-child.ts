/** A process that reads the store named by its argument, and prints how many exchanges are there, or what is in the way. */

import { messageOf } from '../../src/core/errors.ts'
import { openReader } from '../../src/store/sqlite/reader.ts'

const [, , path = ''] = process.argv
try {
  const reader = await openReader({ path })
  const { items } = await reader.listExchanges({}, { limit: 100 })
  process.stdout.write(String(items.length))
  await reader.close()
} catch (error) {
  process.stdout.write(messageOf(error))
}
