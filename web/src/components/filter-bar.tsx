import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useUrlState } from '../state/url-state.ts'
import { Icon } from './icon.tsx'

/** The row of filters over a list; each is a parameter of the URL. */
export function FilterBar({
  names,
  children,
}: {
  /** Every parameter that filters here, for the clear button. */
  readonly names: readonly string[]
  readonly children: ReactNode
}) {
  const [params, change] = useUrlState()
  const active = names.filter((name) => params.has(name))
  return (
    <div className="filter-bar" role="group" aria-label="Filters">
      {children}
      {active.length > 0 && (
        <button
          type="button"
          className="button quiet"
          onClick={() => {
            change(Object.fromEntries(names.map((name) => [name, undefined])))
          }}
        >
          <Icon name="close" />
          Clear {active.length === 1 ? 'filter' : `${active.length} filters`}
        </button>
      )}
    </div>
  )
}

/** A text filter that follows typing with a short delay; `/` goes to it. */
export function TextFilter({
  name,
  label,
  placeholder,
}: {
  readonly name: string
  readonly label: string
  readonly placeholder: string
}) {
  const [params, change] = useUrlState()
  const value = params.get(name) ?? ''
  const [text, setText] = useState(value)
  const sent = useRef(value)
  useEffect(() => {
    // The URL changed elsewhere: back button, clear button, link.
    if (value !== sent.current) setText(value)
    sent.current = value
  }, [value])
  useEffect(() => {
    if (text === sent.current) return
    const timer = setTimeout(() => {
      sent.current = text
      change({ [name]: text }, { replace: true })
    }, 200)
    return () => {
      clearTimeout(timer)
    }
  }, [text, name, change])
  return (
    <div className="text-filter">
      <Icon name="search" />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        maxLength={500}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value)
        }}
      />
    </div>
  )
}

/** A choice of one value, or of any. */
export function SelectFilter({
  name,
  label,
  any,
  options,
}: {
  readonly name: string
  readonly label: string
  /** What the choice of no value is called: `Any kind`. */
  readonly any: string
  readonly options: readonly { readonly value: string; readonly text: string }[]
}) {
  const [params, change] = useUrlState()
  const value = params.get(name) ?? ''
  const known = value === '' || options.some((option) => option.value === value)
  return (
    <select
      aria-label={label}
      value={value}
      className={value === '' ? undefined : 'active'}
      onChange={(event) => {
        change({ [name]: event.target.value })
      }}
    >
      <option value="">{any}</option>
      {!known && <option value={value}>{value}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  )
}
