import { useEffect, useState } from 'react'

/** The value as it was when it last stood still this long; values are told apart by their JSON. */
export function useDelayed<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  const text = JSON.stringify(value)
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(value)
    }, ms)
    return () => {
      clearTimeout(timer)
    }
    // Objects are made anew at each drawing; their content says whether they changed.
  }, [text, ms])
  return settled
}
