import { QueryClientProvider } from '@tanstack/react-query'
import { Route, Router, Switch, useLocation } from 'wouter'
import { queryClient } from './api/query-client.ts'
import { basePath } from './base.ts'
import { AppHeader } from './components/app-header.tsx'
import { DivergenceScreen } from './screens/divergence/divergence-screen.tsx'
import { DivergencesScreen } from './screens/divergences/divergences-screen.tsx'
import { EndpointsScreen } from './screens/endpoints/endpoints-screen.tsx'
import { ExchangeScreen } from './screens/exchange/exchange-screen.tsx'
import { NotFoundScreen } from './screens/not-found-screen.tsx'
import { OverviewScreen } from './screens/overview/overview-screen.tsx'
import { RequestsScreen } from './screens/requests/requests-screen.tsx'
import { useKeys } from './state/keys.ts'

/** The whole console. */
export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Router base={basePath.replace(/\/$/, '')}>
        <GoToKeys />
        <AppHeader />
        <Switch>
          <Route path="/">
            <OverviewScreen />
          </Route>
          <Route path="/divergences">
            <DivergencesScreen />
          </Route>
          <Route path="/divergences/:id">{({ id }) => <DivergenceScreen key={id} id={id} />}</Route>
          <Route path="/exchanges/:id">{({ id }) => <ExchangeScreen key={id} id={id} />}</Route>
          <Route path="/requests">
            <RequestsScreen />
          </Route>
          <Route path="/endpoints">
            <EndpointsScreen />
          </Route>
          <Route>
            <NotFoundScreen />
          </Route>
        </Switch>
      </Router>
    </QueryClientProvider>
  )
}

function GoToKeys() {
  const [, navigate] = useLocation()
  useKeys({
    'g o': () => {
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
  })
  return null
}
