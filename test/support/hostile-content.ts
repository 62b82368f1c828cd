/** Strings that attack whoever shows them: markup, bidirectional overrides, control characters, size. */

/** A body that carries an attack in every position, one version apart from the other in each. */
export function hostileReview(n: number, version: 1 | 2): unknown {
  const mark = version === 1 ? 'a' : 'b'
  return {
    markup: `<script>document.title='owned ${mark}'</script><img src=x onerror=alert(${n})>`,
    breakout: `</script></style></textarea>--><svg onload=alert(1)> ${mark}`,
    bidi: `\u202Egnp.exe\u202C and \u2066isolated\u2069 ${mark}`,
    invisible: `zero\u200Bwidth\u00A0space\uFEFF${mark}`,
    control: `bell\u0007 escape\u001b[31mred\u001b[0m nul\u0000 ${mark}`,
    formula: `=HYPERLINK("http://evil.example/${mark}")`,
    lone: `half a pair \uD83D ${mark}`,
    link: `javascript:alert(1)//${mark}`,
    ['<b>key</b>']: mark,
    __proto__x: { constructor: mark },
    'a/b~c': mark,
    long: `${'x'.repeat(600_000)}${mark}${'y'.repeat(400_000)}`,
    bigNumber: version === 1 ? 9007199254740993n.toString() : '9007199254740992',
  }
}

/** Comma-separated lines of at least `length` characters. */
export function longText(length: number, seed: number): string {
  const lines: string[] = []
  for (let size = 0, i = 0; size < length; i++) {
    const line = `${i},S-${(i * 7 + seed) % 50},${((i * 31 + seed) % 997) / 10}`
    lines.push(line)
    size += line.length + 1
  }
  return lines.join('\n')
}
