import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Route, Router, Switch, useLocation } from 'wouter'
import { queryClient } from './api/query-client.ts'
import { basePath } from './base.ts'
import { AppHeader } from './components/app-header.tsx'
import { RuleDrawerHost } from './components/rule-drawer-host.tsx'
import { Toasts } from './components/toasts.tsx'
import { DivergencesScreen } from './screens/divergences/divergences-screen.tsx'
import { EndpointsScreen } from './screens/endpoints/endpoints-screen.tsx'
import { LoadingScreen } from './screens/loading-screen.tsx'
import { NotFoundScreen } from './screens/not-found-screen.tsx'
import { RequestsScreen } from './screens/requests/requests-screen.tsx'
import { VerdictScreen } from './screens/verdict/verdict-screen.tsx'
import { useKeys } from './state/keys.ts'

// What draws diffs is a third of the code; lists do not wait for it.
const DivergenceScreen = lazy(async () => {
  const { DivergenceScreen } = await import('./screens/divergence/divergence-screen.tsx')
  return { default: DivergenceScreen }
})
const ExchangeScreen = lazy(async () => {
  const { ExchangeScreen } = await import('./screens/exchange/exchange-screen.tsx')
  return { default: ExchangeScreen }
})

const MirroringScreen = lazy(async () => {
  const { MirroringScreen } = await import('./screens/mirroring/mirroring-screen.tsx')
  return { default: MirroringScreen }
})
const RunsScreen = lazy(async () => {
  const { RunsScreen } = await import('./screens/runs/runs-screen.tsx')
  return { default: RunsScreen }
})
const CompareScreen = lazy(async () => {
  const { CompareScreen } = await import('./screens/runs/compare-screen.tsx')
  return { default: CompareScreen }
})
const RulesScreen = lazy(async () => {
  const { RulesScreen } = await import('./screens/rules/rules-screen.tsx')
  return { default: RulesScreen }
})
const AuditScreen = lazy(async () => {
  const { AuditScreen } = await import('./screens/audit/audit-screen.tsx')
  return { default: AuditScreen }
})

/** The whole console. */
export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Router base={basePath.replace(/\/$/, '')}>
        <GoToKeys />
        <AppHeader />
        {/* Keys, or the last screen would stay in the page, hidden, until the next one's code is there. */}
        <Switch>
          <Route path="/">
            <VerdictScreen />
          </Route>
          <Route path="/divergences">
            <DivergencesScreen />
          </Route>
          <Route path="/divergences/:id">
            {({ id }) => (
              <Suspense key="DivergenceScreen" fallback={<LoadingScreen />}>
                <DivergenceScreen key={id} id={id} />
              </Suspense>
            )}
          </Route>
          <Route path="/exchanges/:id">
            {({ id }) => (
              <Suspense key="ExchangeScreen" fallback={<LoadingScreen />}>
                <ExchangeScreen key={id} id={id} />
              </Suspense>
            )}
          </Route>
          <Route path="/requests">
            <RequestsScreen />
          </Route>
          <Route path="/endpoints">
            <EndpointsScreen />
          </Route>
          <Route path="/mirroring">
            <Suspense key="MirroringScreen" fallback={<LoadingScreen />}>
              <MirroringScreen />
            </Suspense>
          </Route>
          <Route path="/runs">
            <Suspense key="RunsScreen" fallback={<LoadingScreen />}>
              <RunsScreen />
            </Suspense>
          </Route>
          <Route path="/runs/compare">
            <Suspense key="CompareScreen" fallback={<LoadingScreen />}>
              <CompareScreen />
            </Suspense>
          </Route>
          <Route path="/audit">
            <Suspense key="AuditScreen" fallback={<LoadingScreen />}>
              <AuditScreen />
            </Suspense>
          </Route>
          <Route path="/rules">
            <Suspense key="RulesScreen" fallback={<LoadingScreen />}>
              <RulesScreen />
            </Suspense>
          </Route>
          <Route>
            <NotFoundScreen />
          </Route>
        </Switch>
        <RuleDrawerHost />
        <Toasts />
      </Router>
    </QueryClientProvider>
  )
}

/** The keys that work on every screen. */
function GoToKeys() {
  const [, navigate] = useLocation()
  useKeys({
    '/': () => {
      const filter = document.querySelector<HTMLInputElement>('.text-filter input')
      const search = document.querySelector<HTMLInputElement>('.request-search input')
      const field = filter ?? search
      field?.focus()
      field?.select()
    },
    'g v': () => {
      navigate('/')
    },
    'g d': () => {
      navigate('/divergences')
    },
    'g r': () => {
      navigate('/requests')
    },
    'g e': () => {
      navigate('/endpoints')
    },
    'g h': () => {
      navigate('/mirroring')
    },
    'g u': () => {
      navigate('/runs')
    },
    'g l': () => {
      navigate('/rules')
    },
    'g a': () => {
      navigate('/audit')
    },
  })
  return null
}
