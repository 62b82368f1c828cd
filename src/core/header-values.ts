/** Values of headers brought to one form each, so that two spellings of one meaning are equal. */

/** The elements of a comma-separated list; commas inside quotes and angle brackets do not separate. */
function splitList(value: string): string[] {
  const elements: string[] = []
  let quoted = false
  let bracketed = false
  let start = 0
  for (let i = 0; i < value.length; i++) {
    const character = value[i]
    if (quoted) {
      if (character === '\\') i++
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '<') bracketed = true
    else if (character === '>') bracketed = false
    else if (character === ',' && !bracketed) {
      elements.push(value.slice(start, i).trim())
      start = i + 1
    }
  }
  elements.push(value.slice(start).trim())
  return elements.filter((element) => element !== '')
}

/** One text per list, however it is spread over lines. */
export function canonicalList(values: readonly string[]): string {
  return splitList(values.join(',')).join(', ')
}

/** One text per set of list elements; case counts only inside quotes, angle brackets and after `=`. */
export function canonicalSet(values: readonly string[]): string {
  const elements = splitList(values.join(',')).map(foldCase)
  return [...new Set(elements)].sort().join(', ')
}

function foldCase(element: string): string {
  if (element.startsWith('<')) return element
  const equals = element.indexOf('=')
  if (equals === -1) return element.toLowerCase()
  return element.slice(0, equals).trimEnd().toLowerCase() + '=' + element.slice(equals + 1).trim()
}

/**
 * One text per media type: case of names and charset, quotes and order of parameters do not count, nor does
 * a boundary, which is drawn anew each time.
 */
export function canonicalMediaType(value: string): string {
  const [type = '', ...parameters] = value.split(';')
  const canonical = parameters
    .map((parameter) => {
      const equals = parameter.indexOf('=')
      if (equals === -1) return parameter.trim().toLowerCase()
      const name = parameter.slice(0, equals).trim().toLowerCase()
      const text = parameter
        .slice(equals + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1')
      return `${name}=${name === 'charset' ? text.toLowerCase() : text}`
    })
    .filter((parameter) => parameter !== '' && !parameter.startsWith('boundary='))
    .sort()
  return [type.trim().toLowerCase(), ...canonical].join('; ')
}

/** The content codings of a body in the order they were applied; `identity` is none, `x-gzip` is gzip. */
export function contentCodings(values: readonly string[]): string[] {
  return splitList(values.join(','))
    .map((coding) => coding.toLowerCase().replace(/^x-(?=gzip$|compress$)/, ''))
    .filter((coding) => coding !== 'identity')
}

/** Challenges and policies with their nonces blanked. */
export function maskNonces(value: string): string {
  return value
    .replace(/\b(c?nonce|opaque)=(?:"[^"]*"|[^\s,"]*)/gi, '$1=…')
    .replace(/'nonce-[^']*'/gi, "'nonce-…'")
}

const HTTP_DATE =
  /^[A-Z][a-z]{2,8}, ?\d{1,2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} (?:GMT|UTC)$/

/** Epoch milliseconds of an HTTP date; undefined for anything else, `0` and `-1` included. */
export function parseHttpDate(value: string | undefined): number | undefined {
  if (value === undefined || !HTTP_DATE.test(value)) return undefined
  const time = Date.parse(value.replaceAll('-', ' '))
  return Number.isNaN(time) ? undefined : time
}
