import { createWireTransport } from '../../../src/proxy/wire/wire-transport.ts'
import { testTransport } from '../transport-conformance.ts'

testTransport(createWireTransport)
