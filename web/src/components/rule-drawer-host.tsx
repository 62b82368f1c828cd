import { lazy, Suspense } from 'react'
import { useRuleRequest } from '../state/rule-drawer.ts'

// Whoever only looks never writes a rule.
const RuleDrawer = lazy(async () => {
  const { RuleDrawer } = await import('./rule-drawer/rule-drawer.tsx')
  return { default: RuleDrawer }
})

/** Where the rule drawer opens, over whichever screen asks for it. */
export function RuleDrawerHost() {
  const request = useRuleRequest()
  if (request === undefined) return null
  return (
    <Suspense fallback={null}>
      <RuleDrawer key={request.key} request={request} />
    </Suspense>
  )
}
