/** What is wrong with shadow, one thing at a time: from plain to subtle. */

import { type Answer, type Fields, type Value, asFields, asList, fieldsOf } from './answer.ts'
import type { ApiRequest, Instance } from './instance.ts'

/** One seeded regression. */
export interface Regression {
  readonly name: string
  /** Where it is; absent: in every endpoint. */
  readonly endpoint?: string
  /** Locations that speak of it: a found divergence begins with one of these. */
  readonly shows: readonly string[]
  /** Makes shadow's answer wrong. */
  readonly spoil: (answer: Answer, request: ApiRequest, it: Instance) => void
}

/** All of them. */
export const REGRESSIONS: readonly Regression[] = [
  inFields('a price off by one cent', 'GET /products/{id}', 'price', (f) => {
    f.price = cents(f.price, 1)
  }),
  inFields(
    'a price off by one cent for one in ten products',
    'GET /products/{id}',
    'price',
    (f, { subject }) => {
      if (subject % 10 === 3) f.price = cents(f.price, 1)
    },
  ),
  inFields('a price as text', 'GET /products/{id}', 'price', (f) => {
    f.price = textOf(f.price)
  }),
  inFields('0 instead of null', 'GET /products/{id}', 'discount', (f) => {
    f.discount ??= 0
  }),
  inFields('a null member left out', 'GET /products/{id}', 'discount', (f) => {
    if (f.discount === null) delete f.discount
  }),
  inFields('a description cut after 40 characters', 'GET /products/{id}', 'description', (f) => {
    f.description = textOf(f.description).slice(0, 40)
  }),
  inFields('a time of creation in another zone', 'GET /products/{id}', 'createdAt', (f) => {
    f.createdAt = textOf(f.createdAt).replace('Z', '+01:00')
  }),
  inFields('a moment of serving without its zone', 'GET /products/{id}', 'servedAt', (f) => {
    f.servedAt = textOf(f.servedAt).replace('Z', '')
  }),
  inFields('a moment of serving an hour ahead', 'GET /products/{id}', 'servedAt', (f) => {
    f.servedAt = new Date(Date.parse(textOf(f.servedAt)) + 3_600_000).toISOString()
  }),
  inFields('a counter that became text', 'GET /products/{id}', 'views', (f) => {
    f.views = textOf(f.views)
  }),
  inFields(
    'a boolean turned round for one in fifty',
    'GET /products/{id}',
    'available',
    (f, { subject }) => {
      if (subject % 50 === 7) f.available = f.available !== true
    },
  ),
  inFields('one tag lost', 'GET /products/{id}', 'tags', (f) => {
    f.tags = asList(f.tags).slice(1)
  }),
  inFields('a nested unit renamed', 'GET /products/{id}', 'dimensions', (f) => {
    asFields(f.dimensions).unit = 'CM'
  }),
  inFields('the last element of a page dropped', 'GET /products', 'items', (f) => {
    f.items = asList(f.items).slice(0, -1)
  }),
  inFields('a page in the opposite order', 'GET /products', 'items', (f) => {
    f.items = asList(f.items).toReversed()
  }),
  inFields('an element twice', 'GET /products', 'items', (f) => {
    f.items = [...asList(f.items), ...asList(f.items).slice(0, 1)]
  }),
  inFields('a total of pages off by one', 'GET /products', 'total', (f) => {
    f.total = Number(f.total) + 1
  }),
  inFields('no link to the next page', 'GET /products', 'next', (f) => {
    delete f.next
  }),
  inFields('a cursor that became a number', 'GET /products', 'cursor', (f, _request, it) => {
    f.cursor = it.below(1e9)
  }),
  inFields('hits ranked the other way', 'GET /search', 'hits', (f) => {
    f.hits = asList(f.hits).toReversed()
  }),
  inFields('a facet lost from a set in random order', 'GET /search', 'facets', (f) => {
    f.facets = asList(f.facets).filter((facet) => facet !== 'brand')
  }),
  inFields('a score that is wrong beyond its jitter', 'GET /search', 'hits', (f) => {
    for (const hit of asList(f.hits)) asFields(hit).score = Number(asFields(hit).score) + 0.5
  }),
  inFields('an amount rounded down to whole units', 'GET /prices/{id}', 'amount', (f) => {
    f.amount = Math.floor(Number(f.amount))
  }),
  inFields('a jittering rate that became text', 'GET /prices/{id}', 'rate', (f) => {
    f.rate = textOf(f.rate)
  }),
  inFields(
    'a stock that is wrong twice as often as its cache',
    'GET /stock/{id}',
    'inStock',
    (f, _request, it) => {
      if (it.random.chance(0.3)) f.inStock = Number(f.inStock) - 1
    },
  ),
  inFields('a warehouse lost', 'GET /stock/{id}', 'warehouses', (f) => {
    f.warehouses = asList(f.warehouses).slice(1)
  }),
  inFields('recommendations without their reason', 'GET /recommendations', 'items', (f) => {
    for (const item of asList(f.items)) delete asFields(item).reason
  }),
  inFields('an experiment with a third variant', 'GET /recommendations', 'experiment', (f) => {
    f.experiment = null
  }),
  inFields('a cart’s total without its last line', 'GET /carts/{uuid}', 'total', (f) => {
    const [last] = asList(f.lines).slice(-1)
    f.total = cents(f.total, -100 * Number(asFields(last).price))
  }),
  inFields('a cart that expires in seconds since 1970', 'GET /carts/{uuid}', 'expiresAt', (f) => {
    f.expiresAt = Math.floor(Date.parse(textOf(f.expiresAt)) / 1000)
  }),
  withHeaders('a created cart without Location', 'POST /carts', ['header:location'], (h) => {
    h.delete('Location')
  }),
  inFields('an id that is no UUID any more', 'POST /carts', 'id', (f, _request, it) => {
    f.id = it.hex(12)
  }),
  withStatus('200 instead of 201', 'POST /carts', (answer) => (answer.status = 200)),
  inFields('a quantity off by one in one line', 'POST /carts/{uuid}/items', 'lines', (f) => {
    const line = asFields(asList(f.lines)[1])
    line.quantity = Number(line.quantity) + 1
  }),
  withStatus('200 instead of 204', 'DELETE /carts/{uuid}/items/{id}', (answer) => {
    answer.status = 200
    answer.json = {}
  }),
  inFields('an order number without its padding', 'POST /orders', 'number', (f) => {
    f.number = `ORD-${String(Number(textOf(f.number).slice(4)))}`
  }),
  inFields('tax rounded up', 'POST /orders', 'tax', (f) => {
    f.tax = cents(f.tax, 1)
  }),
  inFields('a payment token cut in half', 'POST /orders', 'paymentToken', (f) => {
    f.paymentToken = textOf(f.paymentToken).slice(0, 16)
  }),
  inFields('two states swapped', 'GET /orders/{id}', 'state', (f) => {
    if (f.state === 'shipped') f.state = 'delivered'
  }),
  inFields('a history without its first entry', 'GET /orders/{id}', 'history', (f) => {
    f.history = asList(f.history).slice(1)
  }),
  inFields('days of shipping as a fraction', 'GET /orders/{id}', 'shipping', (f) => {
    asFields(f.shipping).days = Number(asFields(f.shipping).days) + 0.5
  }),
  withStatus('an error for one order in fifty', 'GET /orders/{id}', (answer, { subject }) => {
    if (subject % 50 === 1) answer.status = 500
  }),
  inFields('a flag of the last page turned round', 'GET /orders', 'page', (f) => {
    asFields(f.page).last = false
  }),
  inFields('a role that lost its value', 'GET /users/me', 'role', (f) => {
    if (f.role === 'admin') f.role = 'customer'
  }),
  inFields('names without their accents', 'GET /users/me', 'name', (f) => {
    f.name = textOf(f.name).normalize('NFD').replace(/\p{M}/gu, '')
  }),
  withHeaders('a session cookie without HttpOnly', 'GET /users/me', ['header:set-cookie'], (h) => {
    h.set(
      'Set-Cookie',
      (h.get('Set-Cookie') ?? []).map((line) => line.replace('; HttpOnly', '')),
    )
  }),
  withHeaders(
    'private answers that may be cached',
    'GET /users/me',
    ['header:cache-control'],
    (h) => {
      h.set('Cache-Control', ['public, max-age=60'])
    },
  ),
  inFields('a zip code as a number', 'PATCH /users/me', 'address', (f) => {
    asFields(f.address).zip = 1234
  }),
  withHeaders(
    'a login without its anti-forgery cookie',
    'POST /login',
    ['header:set-cookie'],
    (h) => {
      h.set('Set-Cookie', (h.get('Set-Cookie') ?? []).slice(0, 1))
    },
  ),
  inFields('a token that is no JWT', 'POST /login', 'token', (f, _request, it) => {
    f.token = it.hex(64)
  }),
  withHeaders('a logout that keeps its cookie', 'POST /logout', ['header:set-cookie'], (h) => {
    h.delete('Set-Cookie')
  }),
  {
    name: 'events of another type in a stream',
    endpoint: 'GET /feed',
    shows: ['body:'],
    spoil: (answer) => {
      answer.text = answer.text?.replaceAll('"bought"', '"sold"') ?? ''
    },
  },
  {
    name: 'CSV with a semicolon',
    endpoint: 'GET /report.csv',
    shows: ['body:'],
    spoil: (answer) => {
      answer.text = answer.text?.replaceAll(',', ';') ?? ''
    },
  },
  withHeaders('a wrong charset', 'GET /report.csv', ['header:content-type'], (h) => {
    h.set('Content-Type', ['text/csv; charset=iso-8859-1'])
  }),
  {
    name: 'a heading of the page lost',
    endpoint: 'GET /',
    shows: ['body:'],
    spoil: (answer) => {
      answer.text = answer.text?.replace('<h1>Welcome</h1>\n', '') ?? ''
    },
  },
  withHeaders('a page without its policy', 'GET /', ['header:content-security-policy'], (h) => {
    h.delete('Content-Security-Policy')
  }),
  {
    name: 'an image with one wrong byte',
    endpoint: 'GET /images/{id}.png',
    shows: ['body:'],
    spoil: (answer) => {
      const bytes = Buffer.from(answer.bytes ?? [])
      bytes[300] = (bytes[300] ?? 0) ^ 1
      answer.bytes = bytes
    },
  },
  withHeaders(
    'images that are cached for a minute only',
    'GET /images/{id}.png',
    ['header:cache-control'],
    (h) => {
      h.set('Cache-Control', ['public, max-age=60'])
    },
  ),
  {
    name: 'a GraphQL error beside the data',
    endpoint: 'POST /graphql GetCart',
    shows: ['body:/errors'],
    spoil: (answer) => {
      fieldsOf(answer).errors = [{ message: 'price service timed out', path: ['cart', 'total'] }]
    },
  },
  {
    name: 'a GraphQL member that is null',
    endpoint: 'POST /graphql Viewer',
    shows: ['body:/data/viewer'],
    spoil: (answer) => {
      asFields(asFields(fieldsOf(answer).data).viewer).email = null
    },
  },
  {
    name: 'a JSON-RPC error instead of a result',
    endpoint: 'POST /rpc quote',
    shows: ['body:/error', 'body:/result'],
    spoil: (answer, { subject }) => {
      if (subject % 5 !== 0) return
      answer.json = { jsonrpc: '2.0', id: 1, error: { code: -32_603, message: 'internal' } }
    },
  },
  withHeaders('a redirect without its query', 'GET /go/{id}', ['header:location'], (h) => {
    h.set(
      'Location',
      (h.get('Location') ?? []).map((line) => line.replace('?ref=go', '')),
    )
  }),
  withStatus('a permanent redirect', 'GET /go/{id}', (answer) => (answer.status = 301)),
  withStatus('200 for what is missing', 'GET /missing/{id}', (answer) => (answer.status = 200)),
  {
    name: 'an error without its code',
    endpoint: 'GET /missing/{id}',
    shows: ['body:/error/code'],
    spoil: (answer) => {
      delete asFields(fieldsOf(answer).error).code
    },
  },
  inFields('a limit of the other unit', 'GET /flags', 'limits', (f) => {
    asFields(f.limits).upload = 1024
  }),
  inFields(
    'a member that comes and goes, and now goes more often',
    'GET /flags',
    'canary',
    (f, _request, it) => {
      if (it.random.chance(0.5)) f.canary = true
    },
  ),
  inFields('local time of another zone', 'GET /time', 'local', (f) => {
    const local = Date.parse(`${textOf(f.local)}Z`) + 7_200_000
    f.local = new Date(local).toISOString().slice(0, 19).replace('T', ' ')
  }),
  inFields('milliseconds that became seconds', 'GET /time', 'epochMs', (f) => {
    f.epochMs = Math.floor(Number(f.epochMs) / 1000)
  }),
  {
    name: 'an XML attribute changed',
    endpoint: 'GET /shipments/{id}',
    shows: ['body:'],
    spoil: (answer) => {
      answer.text = answer.text?.replace('unit="g"', 'unit="kg"') ?? ''
    },
  },
  inFields('an average over one review too few', 'GET /reviews/{id}', 'average', (f) => {
    f.average = (Number(f.average) * 5) / 4
  }),
  inFields('a noisy count that is one too high', 'GET /reviews/{id}', 'reviews', (f) => {
    const review = asFields(asList(f.reviews)[0])
    review.helpful = Number(review.helpful) + 1
  }),
  {
    name: 'an error in 1 of 500 requests, anywhere',
    shows: ['status'],
    spoil: (answer, _request, it) => {
      if (it.random.chance(1 / 500)) answer.status = 500
    },
  },
  {
    name: 'a rare error of one endpoint (1 in 50)',
    endpoint: 'GET /carts/{uuid}',
    shows: ['status'],
    spoil: (answer, _request, it) => {
      if (it.random.chance(1 / 50)) answer.status = 503
    },
  },
  {
    name: 'a header of the shop’s own lost everywhere',
    shows: ['header:x-api-version'],
    spoil: (answer) => {
      answer.headers.delete('X-Api-Version')
    },
  },
]

function inFields(
  name: string,
  endpoint: string,
  member: string,
  spoil: (fields: Fields, request: ApiRequest, it: Instance) => void,
): Regression {
  return {
    name,
    endpoint,
    shows: [`body:/${member}`],
    spoil: (answer, request, it) => {
      spoil(fieldsOf(answer), request, it)
    },
  }
}

function withHeaders(
  name: string,
  endpoint: string,
  shows: readonly string[],
  spoil: (headers: Map<string, string[]>) => void,
): Regression {
  return {
    name,
    endpoint,
    shows,
    spoil: ({ headers }) => {
      spoil(headers)
    },
  }
}

function withStatus(
  name: string,
  endpoint: string,
  spoil: (answer: Answer, request: ApiRequest) => void,
): Regression {
  return { name, endpoint, shows: ['status'], spoil }
}

/** A scalar as text. */
function textOf(value: Value | undefined): string {
  return typeof value === 'object' || value === undefined ? '' : String(value)
}

/** Money with so many cents more. */
function cents(money: unknown, more: number): number {
  return Math.round(Number(money) * 100 + more) / 100
}
