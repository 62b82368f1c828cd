import { createNodeTransport } from '../support/node-transport.ts'
import { testTransport } from './transport-conformance.ts'

testTransport(createNodeTransport, {
  'a connection is used again after a HEAD without any length':
    'Node closes the connection after such an answer',
  'an idle connection on which bytes arrive is closed':
    'Node’s agent drops bytes that arrive on an idle connection, and uses it again',
  'an upstream that answered and keeps its connection is sent the rest':
    'Node’s client ends an upload with its answer',
  'a PUT with a short body is sent again as it was': 'Node keeps nothing of what it has written',
})
