import { expect, test } from 'vitest'
import { loadText, settingsOf } from './load-text.ts'

test('workers behind a Unix socket are warned of: one process listens on it', () => {
  const { warnings } = settingsOf(
    loadText('listen: unix:/run/a.sock\nworkers: 2\nprimary: http://a\nshadow: http://b\n'),
  )
  expect(warnings).toEqual([
    '2 workers: a Unix socket is listened on by one process, whatever this says',
  ])
})
