/** Grey bars where rows will be, so that nothing jumps when they come. */
export function SkeletonRows({ rows = 8 }: { readonly rows?: number }) {
  return (
    <div className="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={`bar w${index % 4}`} />
      ))}
    </div>
  )
}
