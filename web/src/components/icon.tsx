const paths = {
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  copy: 'M6 5.5h7.5V14H6zM10 5.5V2H2.5v8.5H6',
  check: 'M2.5 8.5 6.5 12 13.5 4',
  download: 'M8 2v8m0 0L4.5 6.5M8 10l3.5-3.5M2.5 13.5h11',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z',
  auto: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12',
  pause: 'M5 3v10M11 3v10',
  play: 'M4.5 2.5 13 8l-8.5 5.5z',
  up: 'M3 10l5-5 5 5',
  down: 'M3 6l5 5 5-5',
  left: 'M10 3 5 8l5 5',
  right: 'M6 3l5 5-5 5',
  close: 'M3 3l10 10M13 3 3 13',
  link: 'M6.5 9.5 9.5 6.5M7 4.5 8.5 3A3.2 3.2 0 0 1 13 7.5L11.5 9M9 11.5 7.5 13A3.2 3.2 0 0 1 3 8.500L4.500 7',
  help: 'M5.500 6A2.500 2.500 0 1 1 8 8.500V10M8 12.500v.5',
  report: 'M4 1.500h5.500L12.500 4.500v10H4zM9 1.500V5h3.500M6 8h4.500M6 11h4.500',
  resend: 'M13 8a5 5 0 1 1-1.600-3.700M13 1.800V4.800H10',
  rule: 'M2 3h12L9.500 8.500V14l-3-1.500v-4z',
  user: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.500 14a5.500 5.500 0 0 1 11 0',
  fold: 'M2.500 8h11M8 1v4m0 0L6 3m2 2 2-2M8 15v-4m0 0-2 2m2-2 2 2',
} as const

/** A small line drawing beside words; it says nothing by itself. */
export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
