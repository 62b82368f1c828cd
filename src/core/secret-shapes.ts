/** Secrets that are recognised by their own shape, whatever they are called. */

import type { Secrets } from './secrets.ts'

/** The text without user info of URLs, JSON web tokens, private keys, cloud keys and card numbers. */
export function redactShapes(text: string, secrets: Secrets): string {
  let result = text
  if (result.includes('@') && result.includes('/')) result = redactUserInfo(result, secrets)
  if (result.includes('eyJ')) {
    result = result.replace(/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*/g, (jwt) =>
      secrets.replace(jwt),
    )
  }
  if (result.includes('PRIVATE KEY')) {
    result = result.replace(
      /(-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----)([\s\S]*?)(?=-----END|$)/g,
      (_whole, begin: string, key: string) => {
        // What shows a part of the text shows a part of the key.
        for (const line of key.split(/[\r\n]+|(?:\\+[rn])+/)) {
          if (line.length >= SHORTEST_KEY_LINE) secrets.alsoKnownAs(line)
        }
        return begin + secrets.replace(key)
      },
    )
  }
  if (/A(?:KI|SI)A/.test(result)) {
    result = result.replace(/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, (key) => secrets.replace(key))
  }
  return CARD_HINT.test(result) ? redactCards(result, secrets) : result
}

const SHORTEST_KEY_LINE = 16

function redactUserInfo(text: string, secrets: Secrets): string {
  return text.replace(
    /(:\\?\/\\?\/)([^\s/?#"'<>@\\]{1,1024})@/g,
    (_whole, scheme: string, info: string) => {
      const colon = info.indexOf(':')
      if (colon >= 0) secrets.alsoKnownAs(info.slice(colon + 1))
      return `${scheme}${secrets.replace(info)}@`
    },
  )
}

const CARD_HINT = /\d{15}|\d{4}[ -]\d{4,6}[ -]\d/
/** The numbers of the large card networks, in one piece or in their groups. */
const CARD =
  /(?<![\w.-])(?:(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6\d{3})([ -]?)\d{4}\1\d{4}\1\d{4}|3[47]\d\d([ -]?)\d{6}\2\d{5})(?![\w.-])/g

function redactCards(text: string, secrets: Secrets): string {
  return text.replace(CARD, (card: string, ...rest: unknown[]) => {
    if (!isLuhn(card)) return card
    const at = rest.find((part) => typeof part === 'number') ?? 0
    // A JSON number must become a string to stay JSON.
    const isNumber =
      /[:[,]\s{0,8}$/.test(text.slice(Math.max(0, at - 9), at)) &&
      /^\s{0,8}[,}\]]/.test(text.slice(at + card.length, at + card.length + 9))
    return isNumber ? `"${secrets.replace(card, 'number')}"` : secrets.replace(card)
  })
}

/** The check digit that every card number ends with. */
function isLuhn(card: string): boolean {
  const digits = Array.from(card.replace(/\D/g, ''), Number).reverse()
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? digit : digit * 2
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}
