/** Promises of a store: overrides of the mirroring. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import { ANN, type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'

/** Registers the tests. */
export function testOverrides(open: OpenStore): void {
  describe('overrides of the mirroring', () => {
    let store: OpenedStore

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    test('what is absent of a change stays, and null takes it back', async () => {
      const set = (change: Parameters<typeof store.writer.setMirrorOverride>[0]) =>
        store.writer.setMirrorOverride(change, ANN)
      expect(await set({ paused: true })).toMatchObject([{ route: '', paused: true, by: 'ann' }])
      expect(await set({ percent: 12.5 })).toMatchObject([
        { route: '', paused: true, percent: 12.5 },
      ])
      expect(await set({ paused: null })).toMatchObject([
        { route: '', paused: false, percent: 12.5 },
      ])
      expect(await set({ percent: null })).toEqual([])
    })

    test('each route has its own, after the one of all', async () => {
      await store.writer.setMirrorOverride({ route: 'items', percent: 0 }, ANN)
      await store.writer.setMirrorOverride({ paused: true }, ANN)
      const overrides = await store.reader.mirrorOverrides()
      expect(overrides).toMatchObject([
        { route: '', paused: true },
        { route: 'items', paused: false, percent: 0 },
      ])
      expect(overrides[0]).not.toHaveProperty('percent')
      expect(await store.writer.mirrorOverrides()).toEqual(overrides)
    })

    test('a percentage out of range is refused', async () => {
      for (const percent of [-1, 100.5, Number.NaN]) {
        await expect(store.writer.setMirrorOverride({ percent }, ANN)).rejects.toMatchObject({
          code: 'invalid',
        })
      }
      expect(await store.reader.mirrorOverrides()).toEqual([])
      expect((await store.reader.listAudit({ limit: 1 })).items).toEqual([])
    })
  })
}
