import type { ControlCounters } from '../../../../src/core/counters.ts'
import type { Role } from '../../../../src/core/exchange.ts'
import type { StatusView } from '../../../../src/core/service-report.ts'
import { VisibleText } from '../../components/visible-text.tsx'
import { formatCount, plural } from '../../format/number.ts'

type Health = 'good' | 'warn' | 'bad'

/** How the parts of the program are, and where they talk and write to. */
export function PartsPanel({ status }: { readonly status: StatusView }) {
  const { proxy, recorder, breaker, upstreams } = status
  return (
    <section className="panel parts" aria-labelledby="parts-heading">
      <h2 id="parts-heading">How the parts are</h2>
      <dl>
        <Part name="Proxy" health={proxy.accepting ? 'good' : 'bad'}>
          {proxy.accepting ? 'accepting requests' : 'not accepting requests'} on{' '}
          <code>{status.listen}</code>
          {restarts(proxy.restarts)}
        </Part>
        <Part
          name="Recorder"
          health={
            recorder.problem === undefined
              ? ({ up: 'good', starting: 'warn', down: 'bad' }[recorder.state] as Health)
              : 'bad'
          }
        >
          {recorder.state}, {plural(recorder.queued, 'exchange')} waiting
          {restarts(recorder.restarts)}
          {recorder.problem !== undefined && <p>{recorder.problem}</p>}
        </Part>
        {upstreams.map((upstream) => {
          const state = breaker[upstream.route] ?? 'closed'
          const health = { closed: 'good', 'half-open': 'warn', open: 'bad' }[state] as Health
          const several = upstreams.length > 1 ? ` (${upstream.route})` : ''
          return (
            <Part
              key={upstream.route}
              name={`Shadow${several}`}
              health={upstream.shadow === undefined ? 'warn' : health}
            >
              {upstream.shadow === undefined ? (
                'this route has none'
              ) : (
                <>
                  breaker {state}, {upstream.percent ?? 100}% of {methodsText(upstream.methods)}
                </>
              )}
            </Part>
          )
        })}
        {status.control !== undefined && <ControlPart control={status.control} />}
      </dl>
      <dl className="addresses">
        {upstreams.map(({ route, primary, shadow, control }) => (
          <div key={route}>
            <dt>{upstreams.length > 1 ? route : 'Upstreams'}</dt>
            <dd>
              <Address role="primary" url={primary} />
              {shadow !== undefined && <Address role="shadow" url={shadow} />}
              {control !== undefined && (
                <Address role="control" url={control}>
                  {control === primary && ' (primary itself again)'}
                </Address>
              )}
            </dd>
          </div>
        ))}
        <div>
          <dt>Run</dt>
          <dd>
            <VisibleText text={status.run} />
          </dd>
        </div>
        <div>
          <dt>Recorded in</dt>
          <dd>
            <code>
              <VisibleText text={status.store} />
            </code>
          </dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>{status.version}</dd>
        </div>
      </dl>
    </section>
  )
}

function Part({
  name,
  health,
  children,
}: {
  readonly name: string
  readonly health: Health
  readonly children: React.ReactNode
}) {
  return (
    <div className={`part ${health}`}>
      <dt>
        <span className="lamp" aria-hidden="true" />
        {name}
      </dt>
      <dd>{children}</dd>
    </div>
  )
}

/** A repeat that failed measures nothing, so a few are no trouble. */
const MANY_FAILED = 0.05

/** What was asked of primary's version again; all failing means that noise is not measured. */
function ControlPart({ control }: { readonly control: ControlCounters }) {
  const { sent, ok, failed } = control
  const isGood = failed <= sent * MANY_FAILED
  return (
    <Part name="Control" health={isGood ? 'good' : ok === 0 ? 'bad' : 'warn'}>
      {plural(sent, 'request')} repeated: {formatCount(ok)} answered, {formatCount(failed)} failed
    </Part>
  )
}

function Address({
  role,
  url,
  children,
}: {
  readonly role: Role
  readonly url: string
  readonly children?: React.ReactNode
}) {
  return (
    <span className={`address ${role}`}>
      {role}{' '}
      <code>
        <VisibleText text={url} />
      </code>
      {children}
    </span>
  )
}

function restarts(count: number): string {
  return count === 0 ? '' : `, restarted ${plural(count, 'time')}`
}

function methodsText(methods: StatusView['upstreams'][number]['methods']): string {
  if (methods === undefined || methods === 'all') return 'all methods'
  return methods === 'safe' ? 'safe methods' : methods.join(', ')
}
