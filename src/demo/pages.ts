/** What of the demo shop is no JSON: its front page and its logo; and its health. */

import { crc32, deflateSync } from 'node:zlib'
import { CATEGORIES, PRODUCTS } from './catalogue.ts'
import { json } from './reply.ts'
import type { Reply } from './reply.ts'

/** `GET /health`. */
export function showHealth(): Reply {
  return json(200, { status: 'ok', products: PRODUCTS.length }, { 'cache-control': 'no-store' })
}

/** `GET /`: a page for people. */
export function showFrontPage(): Reply {
  const shelves = CATEGORIES.map(
    ({ slug, title }) => `<li><a href="/products?category=${slug}">${title}</a></li>`,
  )
  const goods = PRODUCTS.slice(0, 6).map(
    ({ id, name }) => `<li><a href="/products/${String(id)}">${name}</a></li>`,
  )
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>The corner shop</title></head>
<body>
<img src="/logo.png" alt="" width="32" height="32">
<h1>The corner shop</h1>
<ul>
${shelves.join('\n')}
</ul>
<h2>New this week</h2>
<ul>
${goods.join('\n')}
</ul>
</body>
</html>
`
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'public, max-age=300' },
    body: Buffer.from(html),
  }
}

/** `GET /logo.png`. */
export function showLogo(): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'image/png', 'cache-control': 'public, max-age=86400' },
    body: LOGO,
  }
}

const LOGO = drawLogo(32)

/** A ring on a warm ground, as a PNG: signature, header, pixels, end (PNG specification, 3rd edition). */
function drawLogo(size: number): Buffer {
  const rows = Array.from({ length: size }, (_, y) => {
    const row = Buffer.alloc(1 + size * 3) // a row begins with its filter: 0, none
    for (let x = 0; x < size; x++) {
      const radius = Math.hypot(x - (size - 1) / 2, y - (size - 1) / 2)
      const onRing = radius > size * 0.25 && radius < size * 0.4
      row.set(onRing ? [250, 240, 220] : [170, 60 + y, 50 + x], 1 + x * 3)
    }
    return row
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 2, 0, 0, 0], 8) // 8 bits a channel, RGB
  const chunk = (type: string, content: Buffer) => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
    const framed = Buffer.alloc(named.length + 8)
    framed.writeUInt32BE(content.length, 0)
    named.copy(framed, 4)
    framed.writeUInt32BE(crc32(named), named.length + 4)
    return framed
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
