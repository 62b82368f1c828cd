import { useStatus } from '../../api/queries.ts'
import { Loaded } from '../../components/loaded.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { MirrorControls } from './mirror-controls.tsx'
import { MirrorFunnel } from './mirror-funnel.tsx'
import { PartsPanel } from './parts-panel.tsx'
import './mirroring.css'

/** How much is mirrored, who may change it, where every request went, and how the parts are. */
export function MirroringScreen() {
  const status = useStatus()
  return (
    <Screen title="Mirroring" heading="Mirroring">
      <div className="mirroring-screen">
        <MirrorControls />
        <Loaded query={status} what="The status" skeleton={<SkeletonRows rows={10} />}>
          {(service) => (
            <>
              <MirrorFunnel counters={service.counters} />
              <PartsPanel status={service} />
            </>
          )}
        </Loaded>
      </div>
    </Screen>
  )
}
