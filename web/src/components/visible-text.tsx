import { namePieces, nameOfCode } from '../format/invisible.ts'

/** Recorded text, as text: what is invisible is named, and no direction leaks out of it. */
export function VisibleText({ text }: { readonly text: string }) {
  const pieces = namePieces(text)
  return (
    <bdi>
      {pieces.map(({ text: part, code }, index) =>
        code === undefined ? (
          part
        ) : (
          <span key={index} className="hidden-character" title={nameOfCode(code)}>
            {code}
          </span>
        ),
      )}
    </bdi>
  )
}
