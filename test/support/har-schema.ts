/** HAR 1.2 as its specification has it: members that must be there, and their types. Names with an underscore are free. */

const named = {
  type: 'object',
  required: ['name', 'value'],
  properties: { name: { type: 'string' }, value: { type: 'string' } },
}

const extensible = (properties: Record<string, object>, required: readonly string[]) => ({
  type: 'object',
  required,
  properties,
  patternProperties: { '^_': {} },
  additionalProperties: false,
})

const integer = { type: 'integer', minimum: -1 }
const text = { type: 'string' }
const list = { type: 'array', items: named }

const request = extensible(
  {
    method: text,
    url: { type: 'string', pattern: '^https?://[^/]+/' },
    httpVersion: text,
    cookies: list,
    headers: list,
    queryString: list,
    postData: {
      type: 'object',
      required: ['mimeType'],
      properties: { mimeType: text, text, encoding: { const: 'base64' } },
    },
    headersSize: integer,
    bodySize: integer,
  },
  ['method', 'url', 'httpVersion', 'cookies', 'headers', 'queryString', 'headersSize', 'bodySize'],
)

const response = extensible(
  {
    status: { type: 'integer', minimum: 0 },
    statusText: text,
    httpVersion: text,
    cookies: list,
    headers: list,
    content: extensible(
      {
        size: { type: 'integer', minimum: 0 },
        mimeType: text,
        text,
        encoding: { const: 'base64' },
      },
      ['size', 'mimeType'],
    ),
    redirectURL: text,
    headersSize: integer,
    bodySize: integer,
  },
  [
    ...['status', 'statusText', 'httpVersion', 'cookies', 'headers', 'content'],
    ...['redirectURL', 'headersSize', 'bodySize'],
  ],
)

const time = { type: 'number', minimum: 0 }

/** The schema of a whole archive. */
export const HAR_SCHEMA = {
  type: 'object',
  required: ['log'],
  additionalProperties: false,
  properties: {
    log: extensible(
      {
        version: { const: '1.2' },
        creator: { type: 'object', required: ['name', 'version'] },
        entries: {
          type: 'array',
          items: extensible(
            {
              startedDateTime: {
                type: 'string',
                pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$',
              },
              time,
              request,
              response,
              cache: { type: 'object' },
              timings: {
                type: 'object',
                required: ['send', 'wait', 'receive'],
                properties: { send: time, wait: time, receive: time },
              },
            },
            ['startedDateTime', 'time', 'request', 'response', 'cache', 'timings'],
          ),
        },
      },
      ['version', 'creator', 'entries'],
    ),
  },
}
