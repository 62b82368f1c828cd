/** What problems look like, for the API's description: one of each kind. */

const instance = 'urn:uuid:3f0c2f5e-6a53-4a3c-9f0e-6f6f0b7b1c11'

/** Examples by the end of their `type`. */
export const PROBLEM_EXAMPLES = Object.fromEntries(
  (
    [
      ['invalid', 400, 'Bad Request', 'limit: expected an integer from 1 to 1000, found 0'],
      ['unauthorized', 401, 'Unauthorized', 'The token is not known'],
      [
        'forbidden',
        403,
        'Forbidden',
        'Only operators may do this; the role of this token is viewer',
      ],
      ['not_found', 404, 'Not Found', 'No divergence with the id "x" is stored'],
      ['method_not_allowed', 405, 'Method Not Allowed', '/api/v1/status answers GET, not PUT'],
      [
        'conflict',
        409,
        'Conflict',
        'Rule tags comes from the configuration file and is not changed here',
      ],
      ['precondition_failed', 412, 'Precondition Failed', 'rule "gen": its version is 2, not 1'],
      ['payload_too_large', 413, 'Payload Too Large', 'Request body is too large'],
      [
        'unsupported_media_type',
        415,
        'Unsupported Media Type',
        'Unsupported Media Type: text/plain',
      ],
      [
        'precondition_required',
        428,
        'Precondition Required',
        'If-Match: expected the ETag of the version you saw, found none',
      ],
      ['too_many_requests', 429, 'Too Many Requests', 'Too many wrong tokens; try again in 60 s'],
      [
        'internal',
        500,
        'Internal Server Error',
        `Internal error; the log has it under ${instance}`,
      ],
      ['unavailable', 503, 'Service Unavailable', 'The recorder is being started again'],
    ] as const
  ).map(([code, status, title, detail]) => {
    const errors = [{ parameter: 'limit', expected: 'an integer from 1 to 1000', found: '0' }]
    const type = `urn:shadowdiff:problem:${code}`
    const value = { type, title, status, detail, instance, ...(code === 'invalid' && { errors }) }
    return [code, { summary: `${status} ${title}`, value }]
  }),
)
