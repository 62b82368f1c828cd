import { useRef, useState } from 'react'
import { areKeysOn, setKeysOn, useKeys } from '../state/keys.ts'
import { Icon } from './icon.tsx'

const keys: readonly (readonly [string, string])[] = [
  ['j  k', 'next, previous row'],
  ['Enter  o', 'open the row'],
  ['Esc', 'back to the list'],
  ['e  E', 'expected; expected with conditions'],
  ['f  r', 'fixed, open again'],
  ['x  X', 'select the row, all that match'],
  ['i', 'write a rule for what is shown'],
  ['u', 'undo'],
  ['n  p', 'next, previous change in a diff'],
  ['[  ]', 'previous, next example'],
  ['s', 'side by side, or unified'],
  ['c', 'fold or unfold equal lines'],
  ['y', 'copy a link to what is shown'],
  ['/', 'filter, or find a request'],
  ['g v  g d  g r  g e', 'verdict, divergences, requests, endpoints'],
  ['g l  g h  g u  g a', 'rules, mirroring and its health, runs, audit'],
  ['?', 'this list'],
]

/** The keys, and the switch that turns them off. */
export function HelpDialog() {
  const dialog = useRef<HTMLDialogElement>(null)
  const [on, setOn] = useState(areKeysOn)
  const open = () => dialog.current?.showModal()
  useKeys({ '?': open })
  return (
    <>
      <button
        type="button"
        className="button quiet square"
        title="Keys and help"
        aria-label="Keys and help"
        onClick={open}
      >
        <Icon name="help" />
      </button>
      <dialog ref={dialog} className="help" aria-labelledby="help-title" closedby="any">
        <h2 id="help-title">Keys</h2>
        <dl>
          {keys.map(([key, does]) => (
            <div key={key}>
              <dt>
                {key.split('  ').map((one) => (
                  <kbd key={one}>{one}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <label className="check">
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => {
              setKeysOn(event.target.checked)
              setOn(event.target.checked)
            }}
          />
          Single-letter keys work
        </label>
        <form method="dialog">
          <button className="button">Close</button>
        </form>
      </dialog>
    </>
  )
}
