/** Whether only this machine can reach what listens on this host. */
export function isLoopback(listenHost: string): boolean {
  return /^(localhost|(::ffff:)?127(\.\d{1,3}){3}|::1)$/i.test(listenHost)
}
