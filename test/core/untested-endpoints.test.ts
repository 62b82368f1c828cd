import { expect, test } from 'vitest'
import { untestedEndpoints } from '../../src/core/untested-endpoints.ts'

test('what was named and never compared is untested, in the order in which it was named', () => {
  const patterns = ['GET /users/{id}', 'POST /orders', '/files/{name}', 'POST /graphql', '/never']
  const compared = ['GET /users/{id}', 'DELETE /files/{name}', 'POST /graphql GetItem', 'GET /x']
  expect(untestedEndpoints(patterns, compared)).toEqual(['POST /orders', '/never'])
})
