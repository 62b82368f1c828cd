import type { AuditRow } from '../../../../src/core/service-report.ts'
import { rowsOf, useAudit } from '../../api/queries.ts'
import { Loaded } from '../../components/loaded.tsx'
import { Moment } from '../../components/moment.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { EmptyNotice } from '../../components/notices.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { actionText, detailText } from '../../format/audit.ts'
import './audit.css'

/** Who did what and when. */
export function AuditScreen() {
  const query = useAudit({})
  return (
    <Screen title="Audit" heading="Who did what">
      <Loaded query={query} what="The audit list" skeleton={<SkeletonRows rows={12} />}>
        {(data) => {
          const rows = rowsOf(data)
          return rows.length === 0 ? (
            <EmptyNotice title="Nobody has changed anything yet">
              <p>
                Decisions about divergences, rules, runs and mirroring are listed here with who made
                them, and so are logins.
              </p>
            </EmptyNotice>
          ) : (
            <>
              <AuditTable rows={rows} />
              <MoreButton query={query} what="entries" />
            </>
          )
        }}
      </Loaded>
    </Screen>
  )
}

const columns = ['When', 'Who', 'What', 'To what', 'Content']

function AuditTable({ rows }: { readonly rows: readonly AuditRow[] }) {
  return (
    <table className="audit" role="table">
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((text) => (
            <th key={text} role="columnheader" scope="col">
              {text}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={row.id} role="row" className={row.action}>
            <td role="cell" className="c-when tabular">
              <Moment time={row.time} />
            </td>
            <th role="rowheader" scope="row">
              <VisibleText text={row.actor} /> <span className="muted">{row.role}</span>
            </th>
            <td role="cell">{actionText(row.action)}</td>
            <td role="cell" className="c-subject">
              <code>
                <VisibleText text={row.subject} />
              </code>
            </td>
            <td role="cell" className="c-detail">
              <VisibleText text={detailText(row.detail)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
