/**
 * Names whose values are secrets, by the habits of their authors: `X-Api-Key`, `access_token`,
 * `user[password]`, `cardNumber`. Too much redacted costs a reader a value; too little costs a secret.
 */

/** Anywhere in a name, written without case and separators. */
const SECRET_PART =
  /passw|passphrase|passcode|pwd|secret|token|apikey|accesskey|privatekey|signingkey|encryptionkey|masterkey|accountkey|credential|authorization|cookie|sessionid|sessid|sessionkey|cardnumber|cardno|creditcard|debitcard|securitycode|jwt|bearer|socialsecurity|onetimecode|verificationcode|recoverycode/
/** The whole name, or its last word. */
const SECRET_WORD =
  /^(?:pass|auth|sid|session|cvv2?|cvc2?|csc|pan|pin|pincode|otp|totp|mfa|ssn|iban|sig|signature|hmac|sas|dpop|assertion|nonce|csrf|xsrf|key|ccnum|ccnumber|card|authcode|refresh)$/
/** Of those, words that are too common outside of URLs to count there. */
const ONLY_IN_URLS = /^(?:session|key|sig|signature|nonce|card|refresh|assertion|pan|hmac|sas)$/
/** What looks like a secret's name and tells about one: `token_type`, `nextPageToken`, `passwordExpired`. */
const NO_SECRET =
  /(?:page|continuation|continue|next|previous|prev|sync|cursor)token$|tokens?(?:type|count|limit|used|usage|total|size|name|url|uri|endpoint|expir\w*|lifetime|ttl)$|(?:prompt|completion|total|max|input|output|cached|reasoning)tokens?$|(?:password|secret|passcode|cookie|credential)s?(?:policy|required|expired|expires\w*|expiry|changed\w*|reset|strength|length|hint|type|name|url|uri|count|enabled|consent|banner|domain|path)$/

/** Headers whose names say too little. */
const SECRET_HEADER =
  /^(?:x-)?(?:dpop|authentication|auth|auth-user|x?csrf|x?xsrf)$|(?:^|-)(?:api-?key|access-?key|auth-?key|token|secret|password|passwd|credentials?|session|session-?id|signature|jwt|assertion|csrf|xsrf|authorization)(?:-|$)/

/** Whether a member of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return remember(inBodies, name, false)
}

/** Whether a query parameter or form field of this name holds a secret. */
export function isSecretParameter(name: string): boolean {
  return remember(inUrls, name, true)
}

/** Whether a header of this lower-cased name holds nothing but a secret; cookies are another matter. */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name) && !/(?:page|continuation)-?token/.test(name)
}

/** Names recur in every body; what was found of them is remembered, within a bound. */
const MAX_REMEMBERED = 10_000
const inBodies = new Map<string, boolean>()
const inUrls = new Map<string, boolean>()

function remember(known: Map<string, boolean>, name: string, inUrl: boolean): boolean {
  let isSecret = known.get(name)
  if (isSecret === undefined) {
    isSecret = nameSaysSecret(name, inUrl)
    if (known.size >= MAX_REMEMBERED) known.clear()
    known.set(name, isSecret)
  }
  return isSecret
}

function nameSaysSecret(name: string, inUrl: boolean): boolean {
  // `user[password]` and `user.password` are about their last word.
  const last = name.split(/[.[\]/]+/).findLast((part) => part !== '') ?? name
  const flat = last.toLowerCase().replace(/[^a-z0-9]/g, '')
  if (NO_SECRET.test(flat)) return false
  if (SECRET_PART.test(flat)) return true
  const words = last
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  const lastWord = words.findLast((word) => word !== '') ?? ''
  return [flat, lastWord].some(
    (word) => SECRET_WORD.test(word) && (inUrl || !ONLY_IN_URLS.test(word)),
  )
}
