import { describe, expect, it } from 'vitest'
import {
  inputAfterRestart,
  inputForLostStart,
  inputForUnsentStart,
} from '../../../server/core/attempts/lost-start.ts'
import type { CaptureMethod } from '../../../server/core/checkout.ts'
import type { Provider } from '../../../server/core/provider.ts'
import { checkoutIn, newAttempt } from '../../support/checkouts.ts'

const provider = (startNotifiesPayer: boolean, captureMethod: CaptureMethod) => {
  const traits: Partial<Provider> = { startNotifiesPayer, captureMethodFor: () => captureMethod }
  return traits as Provider
}
const evidence = (code: string) => ({ call: 'start', code, referenceId: null })

describe('a request that the provider never named', () => {
  it.each([
    [
      'was not sent where the payer cannot have heard of it',
      provider(false, 'automatic'),
      { type: 'not_sent', evidence: evidence('lost') },
    ],
    [
      'needs a review where an approval took the money at once',
      provider(true, 'automatic'),
      { type: 'unresolved', why: 'outcome_unknown' },
    ],
    [
      'is given up where an approval took nothing',
      provider(true, 'manual'),
      { type: 'start_abandoned' },
    ],
    [
      'is given up where our response takes it',
      provider(true, 'callback'),
      { type: 'start_abandoned' },
    ],
  ])('a request that the provider never named %s', (_, asked, input) => {
    expect(inputForLostStart(asked, newAttempt())).toEqual(input)
  })
})

describe('an attempt that an earlier process left open', () => {
  it('an attempt left open by an earlier process may have arrived if its request was on its way', () => {
    expect(inputAfterRestart(checkoutIn('starting'), true)).toEqual({
      ...{ type: 'unknown', effect: true, evidence: evidence('interrupted') },
    })
  })

  it('an attempt left open by an earlier process goes on as it was once its request had an answer', () => {
    expect(inputAfterRestart(checkoutIn('awaiting_shopper'), true)).toBeNull()
  })

  it.each(['starting', 'awaiting_shopper'] as const)(
    'an attempt left open by an earlier process needs a review when its account is not configured any more: %s',
    (status) => {
      expect(inputAfterRestart(checkoutIn(status), false)).toEqual({
        ...{ type: 'unresolved', why: 'not_configured' },
      })
    },
  )
})

describe('a request that a stopping process did not send', () => {
  it('a request that a stopping process did not send has had no effect', () => {
    expect(inputForUnsentStart).toEqual({ type: 'not_sent', evidence: evidence('shutting_down') })
  })
})
