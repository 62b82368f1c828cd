import { testStore } from '../store-conformance.ts'
import { openStore } from '../../support/store-fixture.ts'

testStore(openStore)
