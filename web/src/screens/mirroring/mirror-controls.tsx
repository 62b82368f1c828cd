import { useState } from 'react'
import type { MirrorView } from '../../../../src/core/service-report.ts'
import { sendChange } from '../../api/changes.ts'
import { useMayOperate } from '../../api/me.ts'
import { queryClient } from '../../api/query-client.ts'
import { useMirror } from '../../api/queries.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { OperatorNote } from '../../components/operator-note.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { RouteControl } from './route-control.tsx'
import { pauseAll, takeBackAll, type MirrorChange } from './mirror-change.ts'

/** How much of each route is mirrored, and the means to change it at run time. */
export function MirrorControls() {
  const mirror = useMirror()
  const [asked, setAsked] = useState<MirrorChange>()
  return (
    <section className="panel mirror-controls" aria-labelledby="control-heading">
      <h2 id="control-heading">How much is mirrored</h2>
      <p className="muted">
        A change holds from the next request on, survives restarts, and stays until somebody takes
        it back. It can only lower what the configuration allows.
      </p>
      <OperatorNote />
      <Loaded query={mirror} what="The mirroring" skeleton={<SkeletonRows rows={3} />}>
        {({ routes }) =>
          routes.length === 0 ? (
            <p className="muted">No route has a shadow, so nothing is mirrored.</p>
          ) : (
            <>
              {routes.length > 1 && <AllRoutes onAsk={setAsked} />}
              <ul>
                {routes.map((route) => (
                  <RouteControl key={route.route} route={route} onAsk={setAsked} />
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
      {asked !== undefined && (
        <ConfirmDialog
          title={asked.title}
          action={asked.action}
          onConfirm={async () => {
            const view = await sendChange<MirrorView>(
              { method: 'PATCH', path: 'mirror', body: asked.body },
              ['status', 'verdict'],
            )
            queryClient.setQueryData(['mirror'], view)
          }}
          onClosed={() => {
            setAsked(undefined)
          }}
        >
          <p>{asked.consequence}</p>
        </ConfirmDialog>
      )}
    </section>
  )
}

/** What holds for all routes adds to what holds for each, so it has its own way back. */
function AllRoutes({ onAsk }: { readonly onAsk: (change: MirrorChange) => void }) {
  const { may } = useMayOperate()
  return (
    <fieldset className="all-routes" disabled={!may}>
      <legend className="visually-hidden">All routes</legend>
      <button
        type="button"
        className="button"
        onClick={() => {
          onAsk(pauseAll())
        }}
      >
        <Icon name="pause" />
        Pause all routes
      </button>
      <button
        type="button"
        className="button quiet"
        onClick={() => {
          onAsk(takeBackAll())
        }}
      >
        Take back what holds for all
      </button>
    </fieldset>
  )
}
