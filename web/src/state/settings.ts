/** Settings of this browser. A browser may forbid storing them; then they last as long as the page. */

const session = new Map<string, string>()

/** The value of a setting; absent when it was never set. */
export function readSetting(name: string): string | undefined {
  try {
    return session.get(name) ?? localStorage.getItem(`shadowdiff.${name}`) ?? undefined
  } catch {
    return session.get(name)
  }
}

/** Keeps a setting. */
export function writeSetting(name: string, value: string): void {
  session.set(name, value)
  try {
    localStorage.setItem(`shadowdiff.${name}`, value)
  } catch {
    // Storage is forbidden or full; the session's copy serves.
  }
}
