import { useEffect, useRef, useState } from 'react'
import { formatMoment } from '../../format/time.ts'
import { useNow } from '../../state/now.ts'
import { useTheme } from '../../state/theme.ts'
import type { Plot } from './plot.ts'
import type { ChartContent } from './series.ts'

/** Series over time: drawn, in one line of words, and as a table on demand. */
export function TimeChart({
  label,
  summary,
  content,
}: {
  /** What is drawn, for those who do not see it. */
  readonly label: string
  /** The drawing in a sentence. */
  readonly summary: string
  readonly content: ChartContent
}) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<Plot>(undefined)
  const latest = useRef(content)
  const [theme] = useTheme()
  const [failed, setFailed] = useState(false)
  const [pointed, setPointed] = useState<number>()

  useEffect(() => {
    latest.current = content
    plot.current?.update(content)
  }, [content])

  useEffect(() => {
    const element = host.current
    if (element === null) return
    let gone = false
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    const recolour = () => plot.current?.recolour()
    const observer = new ResizeObserver(() => plot.current?.resize())
    import('./plot.ts').then(
      ({ drawPlot }) => {
        if (gone) return
        plot.current = drawPlot(element, latest.current, setPointed)
        observer.observe(element)
        scheme.addEventListener('change', recolour)
      },
      () => {
        setFailed(true)
      },
    )
    return () => {
      gone = true
      observer.disconnect()
      scheme.removeEventListener('change', recolour)
      plot.current?.remove()
      plot.current = undefined
    }
  }, [])

  useEffect(() => {
    plot.current?.recolour()
  }, [theme])

  return (
    <figure className="time-chart">
      <ul className="chart-legend">
        {content.series.map((series) => (
          <li key={series.label}>
            <Key shape={series.shape} colour={series.colour} />
            {series.label}
          </li>
        ))}
      </ul>
      <div ref={host} className="chart-room" role="img" aria-label={`${label}. ${summary}`} />
      {failed && (
        <p className="muted">The drawing could not be loaded; the table has its values.</p>
      )}
      <figcaption className="muted">
        {pointed === undefined ? summary : <Readout content={content} index={pointed} />}
      </figcaption>
      <ChartTable label={label} content={content} />
    </figure>
  )
}

function Key({ shape, colour }: { readonly shape: string; readonly colour: string }) {
  return (
    <svg
      className={`key key${colour}`}
      viewBox="0 0 16 10"
      width="16"
      height="10"
      aria-hidden="true"
    >
      {shape === 'bars' ? (
        <rect x="3" width="10" height="10" rx="2" />
      ) : (
        <line x2="16" y1="5" y2="5" strokeDasharray={shape === 'dashed' ? '4 3' : undefined} />
      )}
    </svg>
  )
}

function Readout({ content, index }: { readonly content: ChartContent; readonly index: number }) {
  const now = useNow()
  const time = content.times[index]
  if (time === undefined) return null
  const parts = content.series.flatMap(({ label, values }) => {
    const value = values[index]
    return value === null || value === undefined ? [] : [`${label} ${content.format(value)}`]
  })
  return (
    <>
      {formatMoment(new Date(time).toISOString(), now)}:{' '}
      {parts.length === 0 ? 'nothing' : parts.join(', ')}
    </>
  )
}

const mostRows = 500

function ChartTable({
  label,
  content,
}: {
  readonly label: string
  readonly content: ChartContent
}) {
  const [open, setOpen] = useState(false)
  const now = useNow()
  const from = Math.max(0, content.times.length - mostRows)
  return (
    <details
      className="chart-table"
      onToggle={(event) => {
        setOpen(event.currentTarget.open)
      }}
    >
      <summary>Show as a table</summary>
      {open && (
        // Scrolls by itself, so it must be reachable by keyboard.
        <div className="scroll" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
          <table role="table">
            <thead role="rowgroup">
              <tr role="row">
                <th role="columnheader" scope="col">
                  From
                </th>
                {content.series.map((series) => (
                  <th key={series.label} role="columnheader" scope="col">
                    {series.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody role="rowgroup">
              {content.times
                .slice(from)
                .map((time, row) => (
                  <tr key={time} role="row">
                    <th role="rowheader" scope="row">
                      {formatMoment(new Date(time).toISOString(), now)}
                    </th>
                    {content.series.map(({ label: name, values }) => {
                      const value = values[from + row]
                      return (
                        <td key={name} role="cell" className="tabular">
                          {value === null || value === undefined ? '–' : content.format(value)}
                        </td>
                      )
                    })}
                  </tr>
                ))
                .reverse()}
            </tbody>
          </table>
        </div>
      )}
    </details>
  )
}
