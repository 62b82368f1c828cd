/** Whether going back stays inside the console. */

let steps = 0

addEventListener('pushState', () => {
  steps++
})
addEventListener('popstate', () => {
  steps--
})

/** Whether the page before this one was a page of the console. */
export function cameFromHere(): boolean {
  return steps > 0
}
