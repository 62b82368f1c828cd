/** Which path prefix the console is served under. */

// Not `new URL('..', import.meta.url)` in one go: the bundler takes that for an asset.
const thisScript = import.meta.url

/** Path of the console with a slash at its end: `/`, or `/tools/shadowdiff/` behind a prefix. */
export const basePath = new URL('..', thisScript).pathname
