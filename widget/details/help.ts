import type { HelpStage } from '../events.ts'

/** How long a request has to wait for each stage of help, in seconds. */
const stages: readonly (readonly [HelpStage, number])[] = [
  ['open_app', 20],
  ['no_app', 45],
  ['send_again', 75],
]

/** With less time than this, a new request is worth more than more advice about this one. */
const lastSeconds = 15

interface Waiting {
  readonly secondsWaited: number
  readonly secondsLeft: number
}

/** The stages to show, the newest one last; none when the time is over. */
export function stagesOf({ secondsWaited, secondsLeft }: Waiting): readonly HelpStage[] {
  if (!secondsLeft) return []
  if (secondsLeft <= lastSeconds) return ['last_seconds']
  return stages.filter(([, after]) => secondsWaited >= after).map(([stage]) => stage)
}
