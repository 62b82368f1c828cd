import { apiUrl } from '../../api/client.ts'
import { Icon } from '../../components/icon.tsx'

/** Opens the run's report: one page to be printed, kept or sent on. */
export function ReportButton({ run }: { readonly run: string | undefined }) {
  return (
    <a className="button" href={apiUrl('report', { run })} target="_blank" rel="noopener">
      <Icon name="report" />
      Report
      <span className="visually-hidden"> (opens a page of its own)</span>
    </a>
  )
}
