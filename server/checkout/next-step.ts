import { isFinal } from '../protocol.ts'
import type { Provider } from '../providers/provider.ts'
import { openAttempt } from './checkout.ts'
import type { Approval, Attempt, Checkout } from './checkout.ts'

/** What is to be done next about a checkout, and when. */
export type Step = { readonly at: number } & (
  | { readonly do: 'close' }
  | { readonly do: 'end_window'; readonly attempt: Attempt }
  /** The request is out and nobody told whether it arrived: only a callback, or time, can help. */
  | { readonly do: 'give_up_lost'; readonly attempt: Attempt }
  /** One wrong code too many. */
  | { readonly do: 'end_codes'; readonly attempt: Attempt }
  | { readonly do: 'cancel' | 'ask'; readonly attempt: Attempt; readonly providerRef: string }
)

/** After the window, how long a lost request is still given to show up before the shopper may try again. */
const graceAfterWindow = 30_000

/** What a step depends on of the provider. */
export type Traits = Pick<Provider, 'startTouchesPayer' | 'canCancel'> & {
  readonly approval: Approval
}

/** Null when a checkout needs nothing any more. `askAt`: not to trouble the provider before; `failing`: nor to cancel. */
export function nextStep(
  checkout: Checkout,
  { askAt, failing }: { readonly askAt: number; readonly failing: boolean },
  traits: Traits,
  codeTries: number,
): Step | null {
  const isOver = isFinal(checkout.status)
  const attempt = openAttempt(checkout)
  // The end of its lifetime is not waited for here: see `Lifetimes`.
  if (!attempt) return null

  const { providerRef, windowEndsAt } = attempt
  if (isOver && (!providerRef || attempt.cancelRefused)) return null
  if (checkout.status === 'confirming' && providerRef && attempt.authorized !== false) {
    return { do: 'ask', at: askAt, attempt, providerRef }
  }

  const { codeRefused, codesTried, cancelRequested } = attempt
  if (codeRefused && codesTried >= codeTries && cancelRequested === null)
    return { do: 'end_codes', at: -Infinity, attempt }

  const next = whatTheAttemptNeeds(checkout, attempt, failing ? askAt : -Infinity, askAt, traits)
  const nextAt = next?.at ?? Infinity
  if (checkout.closing === null && !isOver && checkout.expiresAt < nextAt) {
    return { do: 'close', at: checkout.expiresAt }
  }
  if (cancelRequested === null && windowEndsAt < nextAt) {
    return { do: 'end_window', at: windowEndsAt, attempt }
  }
  return next
}

function whatTheAttemptNeeds(
  checkout: Checkout,
  attempt: Attempt,
  cancelAt: number,
  askAt: number,
  { approval, startTouchesPayer, canCancel }: Traits,
): Step | null {
  const { providerRef, cancelRequested, cancelRefused, uncertain } = attempt
  if (providerRef) {
    // An answer that got lost is cleared up by asking before anything is repeated.
    const mayCancel = canCancel && cancelRequested !== null && !cancelRefused && !uncertain
    return mayCancel
      ? { do: 'cancel', at: cancelAt, attempt, providerRef }
      : { do: 'ask', at: askAt, attempt, providerRef }
  }
  // While the call itself is out, the turn is taken: what is lost here has been answered by silence.
  if (!startTouchesPayer && uncertain) return { do: 'give_up_lost', at: -Infinity, attempt }
  const harmlessAt = attempt.windowEndsAt + graceAfterWindow
  const at = approval === 'takes_money' ? Math.max(harmlessAt, checkout.expiresAt) : harmlessAt
  return { do: 'give_up_lost', at, attempt }
}
