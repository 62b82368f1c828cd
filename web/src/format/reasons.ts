/** Reason codes in words. An unknown code is shown as it is. */

const sentences: Readonly<Record<string, string>> = {
  'not-sampled': 'outside the mirrored percentage',
  method: 'its method is not mirrored',
  'too-large': 'the request was larger than the bound for copies',
  backlog: 'too many copies were waiting',
  'breaker-open': 'the breaker was open: shadow kept failing',
  upgrade: 'the connection was upgraded',
  'client-aborted': 'the client left before it was complete',
  paused: 'mirroring was paused',
  'bad-request': 'the request was not valid HTTP',
  'no-shadow': 'its route has no shadow',
  'primary-failed': 'primary did not answer',
  'both-failed': 'neither version answered',
  truncated: 'a body was longer than what is recorded',
  undecodable: 'a body could not be decoded',
  shutdown: 'shadowdiff was stopping',
  'comparer-failed': 'comparing failed; the log says why',
  'queue-full': 'the queue to the recorder was full',
  'recorder-down': 'the recorder was down',
  'store-failed': 'the database refused to write',
  'proxy-died': 'its proxy process was killed',
  timeout: 'it took too long',
  refused: 'the connection was refused',
  unreachable: 'the host could not be reached',
  reset: 'the connection broke off',
  tls: 'the encrypted connection could not be made',
  protocol: 'the answer was not valid HTTP',
  'too-long': 'the answer ran longer than the bound',
}

/** A reason in words. */
export function reasonText(code: string): string {
  return sentences[code] ?? code
}
