import { expect, it } from 'vitest'
import { ConnectionError, toProblemError } from '../../integrations/client/errors.ts'
import { refusalOf } from '../../integrations/medusa/refusal.ts'
import { RefundTurns } from '../../integrations/medusa/refund-turns.ts'
import { readSessionData } from '../../integrations/medusa/session-data.ts'

const newTurns = () => {
  const clock = { now: 0 }
  return { clock, turns: new RefundTurns(() => clock.now) }
}
const done = () => Promise.resolve('done')

it('lets one refund of a payment at a time through', async () => {
  const { turns } = newTurns()
  let answer: (text: string) => void = () => {}
  const first = turns.take('chk_1', 0, () => new Promise<string>((resolve) => (answer = resolve)))
  expect(await turns.take('chk_1', 0, done)).toBe(null)
  expect(await turns.take('chk_2', 0, done)).toBe('done')
  answer('first')
  expect(await first).toBe('first')
})

it('refuses a refund that began before the one before it was on disk', async () => {
  const { turns } = newTurns()
  await turns.take('chk_1', 0, done)
  expect(await turns.take('chk_1', 0, done)).toBe(null)
  expect(await turns.take('chk_1', 1, done)).toBe('done')
})

it('lets the refund be repeated that never came to disk', async () => {
  const { clock, turns } = newTurns()
  await turns.take('chk_1', 0, done)
  clock.now += 10_000
  expect(await turns.take('chk_1', 0, done)).toBe('done')
})

it('lets a refund be repeated at once whose answer was lost', async () => {
  const { turns } = newTurns()
  await expect(turns.take('chk_1', 0, () => Promise.reject(new Error('lost')))).rejects.toThrow()
  expect(await turns.take('chk_1', 0, done)).toBe('done')
})

it.for([
  ['refund_too_large', 'Refused (refund_too_large)'],
  ['not_supported', 'Refused (not_supported)'],
  ['idempotency_key_reused', 'A refund of another amount had no answer: repeat that one first'],
  ['temporarily_unavailable', null],
] as const)('tells the shopkeeper why a refund was refused: %s', ([code, told]) => {
  const details = { retryAfter: undefined, requestId: undefined, checkoutId: undefined }
  const error = toProblemError({
    ...{ status: 422, code, title: 'Refused', detail: undefined },
    ...details,
  })
  expect(refusalOf(error)).toBe(told)
})

it('tells nothing of a refund that had no answer', () => {
  expect(refusalOf(new ConnectionError('POST had no answer'))).toBe(null)
})

it('takes no data of a payment session that lacks what the provider set', () => {
  const data = { checkout: 'chk_1', reference: 'payses_1', amount: 990, refunds: 0 }
  expect(readSessionData(data)).toEqual(data)
  for (const key of Object.keys(data)) expect(readSessionData({ ...data, [key]: null })).toBe(null)
  expect(readSessionData()).toBe(null)
})
