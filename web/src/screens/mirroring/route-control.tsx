import { useEffect, useId, useState } from 'react'
import type { MirrorView } from '../../../../src/core/service-report.ts'
import { useMayOperate } from '../../api/me.ts'
import { Icon } from '../../components/icon.tsx'
import { Moment } from '../../components/moment.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import {
  pause,
  percentText,
  resume,
  setPercent,
  takeBack,
  type MirrorChange,
} from './mirror-change.ts'

/** One route: what holds, what is configured, who changed it, and the slider. */
export function RouteControl({
  route,
  onAsk,
}: {
  readonly route: MirrorView['routes'][number]
  readonly onAsk: (change: MirrorChange) => void
}) {
  const { may } = useMayOperate()
  const { configured, effective, paused, percent, by, at } = route
  const wanted = Math.min(configured, percent ?? configured)
  const [chosen, setChosen] = useState(wanted)
  useEffect(() => {
    setChosen(wanted)
  }, [wanted])
  const slider = useId()
  const isOverridden = paused || percent !== undefined
  const step = configured <= 1 ? 0.01 : configured <= 20 ? 0.1 : 1
  return (
    <li className={paused ? 'route-control paused' : 'route-control'}>
      <div className="route-state">
        <h3>
          <VisibleText text={route.route} />
        </h3>
        <p className="holds">
          <b className="tabular">{percentText(effective)}</b>{' '}
          {paused ? 'mirrored: paused' : 'mirrored'}
        </p>
        <p className="muted">
          Configured {percentText(configured)}
          {percent !== undefined && `, lowered to ${percentText(percent)}`}
          {paused && ', paused'}
          {isOverridden && by !== undefined && (
            <>
              {' '}
              by <VisibleText text={by} />
              {at !== undefined && (
                <>
                  , <Moment time={at} as="age" />
                </>
              )}
            </>
          )}
          {isOverridden ? '. This survives restarts until it is taken back.' : ''}
        </p>
      </div>
      <fieldset disabled={!may}>
        <legend className="visually-hidden">Mirroring of {route.route}</legend>
        <button
          type="button"
          className="button"
          onClick={() => {
            onAsk(paused ? resume(route) : pause(route))
          }}
        >
          <Icon name={paused ? 'play' : 'pause'} />
          {paused ? 'Resume' : 'Pause'}
        </button>
        <div className="slider">
          <label htmlFor={slider}>Percentage</label>
          <input
            id={slider}
            type="range"
            min={0}
            max={configured}
            step={step}
            value={chosen}
            aria-valuetext={percentText(chosen)}
            onChange={(event) => {
              setChosen(event.target.valueAsNumber)
            }}
          />
          <output htmlFor={slider} className="tabular">
            {percentText(chosen)}
          </output>
        </div>
        <button
          type="button"
          className="button strong"
          disabled={chosen === wanted}
          onClick={() => {
            onAsk(setPercent(route, chosen))
          }}
        >
          Change
        </button>
        {isOverridden && (
          <button
            type="button"
            className="button quiet"
            onClick={() => {
              onAsk(takeBack(route))
            }}
          >
            As configured
          </button>
        )}
      </fieldset>
    </li>
  )
}
