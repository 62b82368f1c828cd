/**
 * What the fields of an answer say about where its body ends and whether the connection can be used
 * again (RFC 9112 §6.3 and §9.3). Where that RFC leaves room, this decides as llhttp does; where two
 * readers could disagree about the end of the body, the answer is refused.
 */

/** The framing fields seen so far; one per answer, filled field by field, trailers included. */
export class ResponseFraming {
  isChunked = false
  hasTransferEncoding = false
  /** -1: no Content-Length. */
  contentLength = -1
  hasClose = false
  hasKeepAlive = false
  /** Seconds of the `Keep-Alive: timeout=` hint; -1: none. */
  keepAliveHint = -1

  reset(): void {
    this.isChunked = false
    this.hasTransferEncoding = false
    this.contentLength = -1
    this.hasClose = false
    this.hasKeepAlive = false
    this.keepAliveHint = -1
  }

  /**
   * Takes note of the lines that matter; returns what is wrong with them, if anything. `tabbedValues` are
   * indexes of values that were followed by a tab, which parsers do not agree about.
   */
  read(fields: readonly string[], tabbedValues: readonly number[]): string | undefined {
    for (let index = 0; index + 1 < fields.length; index += 2) {
      const name = fields[index] ?? ''
      const value = fields[index + 1] ?? ''
      // The lengths of the five names that matter: most lines are passed over without folding case.
      let problem: string | undefined
      switch (name.length) {
        case 10:
          this.#readTen(name.toLowerCase(), value)
          break
        case 14:
          if (name.toLowerCase() === 'content-length') {
            problem = tabbedValues.includes(index + 1)
              ? 'a tab follows its Content-Length'
              : this.#readContentLength(value)
          }
          break
        case 16:
          if (name.toLowerCase() === 'proxy-connection') this.#readConnection(value)
          break
        case 17:
          if (name.toLowerCase() === 'transfer-encoding') {
            problem = tabbedValues.includes(index + 1)
              ? 'a tab follows its Transfer-Encoding'
              : this.#readTransferEncoding(value)
          }
          break
        default:
      }
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #readTen(name: string, value: string): void {
    if (name === 'connection') this.#readConnection(value)
    else if (name === 'keep-alive') {
      const seconds = /\btimeout=(\d{1,9})/i.exec(value)?.[1]
      if (seconds !== undefined) this.keepAliveHint = Number(seconds)
    }
  }

  #readConnection(value: string): void {
    if (value === 'keep-alive') {
      this.hasKeepAlive = true
      return
    }
    for (const token of value.toLowerCase().split(',')) {
      const option = trimBlanks(token)
      if (option === 'close') this.hasClose = true
      else if (option === 'keep-alive') this.hasKeepAlive = true
    }
  }

  #readContentLength(value: string): string | undefined {
    if (this.hasTransferEncoding) return 'it has both Content-Length and Transfer-Encoding'
    if (this.contentLength >= 0) return 'it has Content-Length twice'
    const length = /^\d+$/.test(value) ? Number(value) : NaN
    if (!Number.isSafeInteger(length)) return 'its Content-Length is not a valid number'
    this.contentLength = length
    return undefined
  }

  /** Several lines count as one list, so the last one decides; `chunked` anywhere but last is ambiguous. */
  #readTransferEncoding(value: string): string | undefined {
    if (this.contentLength >= 0) return 'it has both Content-Length and Transfer-Encoding'
    if (value === '') return 'its Transfer-Encoding is empty'
    const codings = value.toLowerCase()
    const isChunked = trimBlanks(codings.slice(codings.lastIndexOf(',') + 1)) === 'chunked'
    const mentionsChunked = codings.includes('chunked') || this.isChunked
    if (mentionsChunked && !isChunked) return 'chunked is not the last of its transfer codings'
    this.hasTransferEncoding = true
    this.isChunked = isChunked
    return undefined
  }

  /** Whether the connection outlives the answer, provided that the answer is not ended by its close. */
  isPersistent(minorVersion: number): boolean {
    return minorVersion === 1
      ? !this.hasClose
      : this.hasKeepAlive && !this.hasClose && !this.isChunked
  }
}

/** Not `trim`, which also takes U+00A0, here an opaque byte. */
function trimBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}
