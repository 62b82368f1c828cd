/** The style sheet of the report: plain enough for every printer. */

/** It stands in the file itself. */
export const REPORT_CSS = `
:root { --line: #c3c9d3; --quiet: #525a68; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem; color: #1b1f26; background: #fff; font: 0.9375rem/1.5 system-ui, sans-serif; }
header { padding: 1rem 1.25rem; border: 1px solid var(--line); border-left: 0.5rem solid #8a6100; border-radius: 0.25rem; }
header.pass { border-left-color: #15702f; }
header.fail { border-left-color: #b42318; }
header p { margin: 0; }
.word { font-weight: 700; letter-spacing: 0.05em; }
h1 { margin: 0; font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.125rem; }
h3 { margin: 1rem 0 0.25rem; font-size: 1rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); gap: 0.25rem 1.5rem; margin: 0; }
dt { color: var(--quiet); font-size: 0.8125rem; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th, td { padding: 0.375rem 0.5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { color: var(--quiet); font-size: 0.8125rem; }
code { white-space: pre-wrap; font: 0.8125rem/1.4 ui-monospace, monospace; }
article { margin: 0 0 1rem; padding-left: 0.75rem; border-left: 0.25rem solid var(--line); break-inside: avoid; }
article.breaking { border-left-color: #b42318; }
article.changed { border-left-color: #8a6100; }
article p, footer, small { color: var(--quiet); }
tr.fail td, tr.fail th { font-weight: 700; }
footer { margin-top: 2rem; border-top: 1px solid var(--line); }
@media print { body { max-width: none; padding: 0; } thead { display: table-header-group; } tr { break-inside: avoid; } }
`
