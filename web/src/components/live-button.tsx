import { setPaused, useLive } from '../api/live.ts'
import { Icon } from './icon.tsx'

/** Says whether what is shown follows, and holds it still on demand. */
export function LiveButton() {
  const { connection, paused, waiting } = useLive()
  const state =
    connection === 'lost'
      ? 'lost'
      : paused
        ? 'paused'
        : connection === 'connecting'
          ? 'connecting'
          : 'live'
  const words = {
    live: 'Live',
    paused: waiting ? 'Paused, news waiting' : 'Paused',
    connecting: 'Connecting',
    lost: 'Reconnecting',
  }
  return (
    <button
      type="button"
      className={`button quiet live ${state}`}
      title={paused ? 'Follow live updates again' : 'Hold what is shown still'}
      aria-pressed={paused}
      aria-label={`Live updates: ${words[state].toLowerCase()}. ${paused ? 'Resume' : 'Pause'}`}
      onClick={() => {
        setPaused(!paused)
      }}
    >
      <span className="dot" aria-hidden="true" />
      <span className="word">{words[state]}</span>
      <Icon name={paused ? 'play' : 'pause'} />
    </button>
  )
}
