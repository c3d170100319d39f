import type { Clock } from '../clock.ts'
import type { ProviderResult } from '../checkout.ts'
import type { CallResult } from './provider-calls.ts'
import type { TrackedAttempt } from './tracked-attempt.ts'

/** The calls that may do something to a payment whenever they arrive. */
export type EffectiveCall = 'cancel' | 'capture' | 'code'

/**
 * Until when each call may still take effect, by `Clock.monotonic`: it may be on its way to the provider after we
 * stopped waiting for its answer, or the provider has accepted it and not carried it out. In the past: it may not.
 */
export type UnderWay = Readonly<Record<EffectiveCall, number>>

/** The longest that a call may take to have its effect. */
const underWayMs = 60_000

export const noneUnderWay: UnderWay = { cancel: -Infinity, capture: -Infinity, code: -Infinity }

/** A call that an earlier process may have made, at a time that this one does not know. */
export const underWayFrom = (monotonicMs: number): number => monotonicMs + underWayMs

export const isUnderWay = (
  { underWay }: Pick<TrackedAttempt, 'underWay'>,
  call: EffectiveCall,
  clock: Pick<Clock, 'monotonic'>,
): boolean => clock.monotonic() < underWay[call]

/** Makes a call, and remembers that it may still take effect where nothing shows that it has. */
export async function send<Answer extends CallResult | 'unclear'>(
  tracked: TrackedAttempt,
  call: EffectiveCall,
  clock: Pick<Clock, 'monotonic'>,
  make: () => Promise<Answer>,
): Promise<Answer> {
  let isOver = false
  try {
    const answer = await make()
    isOver = answer === null || answer === 'unclear' || !mayTakeEffect(answer.result)
    return answer
  } finally {
    if (!isOver) {
      const until = underWayFrom(clock.monotonic())
      tracked.underWay = { ...tracked.underWay, [call]: until }
    }
  }
}

const mayTakeEffect = (result: ProviderResult): boolean =>
  result.type === 'unknown' && result.isUnderWay === true

/** What may still change what the provider says now. */
export interface Pending {
  /** A cancellation that would undo a payment. */
  readonly cancel: boolean
  readonly code: boolean
}

/**
 * What may be believed of an answer. Neither a payment nor an approval that may be undone: the goods would be gone, and then the
 * money. Nor that the provider waits for a code that may be on its way: another one, sent on a reservation, would take the money.
 */
export function believable(result: ProviderResult, { cancel, code }: Pending): ProviderResult {
  const isUndoable =
    result.type === 'paid' || result.type === 'authorized' || result.type === 'too_late_to_cancel'
  const isWaiting = result.type === 'pending' && result.next === 'awaiting_code'
  return (cancel && isUndoable) || (code && isWaiting)
    ? { type: 'unknown', effect: false, evidence: result.evidence }
    : result
}
