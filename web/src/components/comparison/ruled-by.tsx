import type { ReactNode } from 'react'
import { useRuleText } from '../../api/rules.ts'

/** What stands for a rule; pointing at it tells what the rule says. */
export function RuledBy({
  id,
  className,
  children,
}: {
  readonly id: string
  readonly className?: string
  readonly children: ReactNode
}) {
  const textOf = useRuleText()
  return (
    <span className={className} title={textOf(id)}>
      {children}
    </span>
  )
}
