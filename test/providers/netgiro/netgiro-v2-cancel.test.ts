import { createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { soleOwner } from '../../../server/core/ownership.ts'
import { listen } from '../../../server/listening.ts'
import type { Listener } from '../../../server/listening.ts'
import { netgiroV2 } from '../../../server/providers/netgiro/v2/adapter.ts'
import type { PaymentHandle, Provider } from '../../../server/core/provider.ts'

let close: Listener['close']
let provider: Provider
afterEach(async () => {
  await provider.close()
  await close()
})

const calls = ['status', 'details', 'cancel', 'capture', 'refund'] as const
type Call = (typeof calls)[number]
const handle: PaymentHandle = { providerRef: 'abc-123', reference: 'A', captureMethod: 'manual' }

/** Answers each call by what comes next in its list; the last one is said forever. */
async function against(said: Partial<Record<Call, readonly (object | number)[]>>) {
  const called: Call[] = []
  const left = new Map(calls.map((call) => [call, [...(said[call] ?? [])]]))
  const server = createServer((request, response) => {
    const call = calls.find((name) => request.url?.includes(`/${name}`))
    if (!call) throw new Error(`${request.url} is not expected`)
    called.push(call)
    const answers = left.get(call) ?? []
    const next = answers.length > 1 ? answers.shift() : answers[0]
    request.resume().on('end', () => {
      if (typeof next === 'object') {
        if ('httpStatus' in next) response.statusCode = Number(next.httpStatus)
        response.end(JSON.stringify(next))
      } else if (next) response.writeHead(next).end('<html>')
      else request.destroy()
    })
  })
  const listener = await listen(server)
  close = listener.close
  const apiUrl = `${listener.url}/v2`
  provider = netgiroV2({ appId: 'app', secretKey: 'secret', apiUrl }, 'manual', () =>
    soleOwner.permit(),
  )
  return called
}

const status = (Status: string) => ({ Success: true, Status, TransactionId: 'abc-123' })
const details = (Status: string) => ({ Status, TotalAmount: 5_000, TransactionId: 'abc-123' })
const refused = (Message: string) => ({ Success: false, Message, Status: null })

describe('a cancellation by V2', () => {
  it('sends a V2 cancellation although the status is Cancelled, and takes only its response as final', async () => {
    const called = await against({ status: [status('Cancelled')], cancel: [status('Cancelled')] })
    expect(await provider.check(handle)).toMatchObject({
      ...{ type: 'ended', by: 'unknown', isFinal: false },
    })
    expect(await provider.cancel(handle)).toMatchObject({
      ...{ type: 'ended', by: 'unknown', isFinal: true },
    })
    expect(called).toEqual(['status', 'status', 'cancel', 'status'])
  })

  it('cancels a pending V2 payment, which is final when response and status agree', async () => {
    await against({
      status: [status('Pending'), status('Cancelled')],
      cancel: [status('Cancelled')],
    })
    expect(await provider.cancel(handle)).toMatchObject({
      ...{ type: 'ended', by: 'cancel', isFinal: true },
    })
  })

  it('a V2 cancellation that is refused is final only when the details report canceled', async () => {
    await against({
      ...{ status: [status('Cancelled')], cancel: [refused('It is over')] },
      details: [
        details('unpaid'),
        { ...details('canceled'), TransactionId: 'x' },
        500,
        details('canceled'),
      ],
    })
    const said = { type: 'ended', by: 'unknown' }
    expect(await provider.cancel(handle)).toMatchObject({ ...said, isFinal: false })
    expect(await provider.cancel(handle)).toMatchObject({ ...said, isFinal: false })
    expect(await provider.cancel(handle)).toMatchObject({ ...said, isFinal: false })
    expect(await provider.cancel(handle)).toMatchObject({ ...said, isFinal: true })
  })

  it('a V2 cancellation is not sent when the payment is complete or its status is unknown', async () => {
    const called = await against({
      status: [status('Confirmed'), 500, refused('Transaction not found'), status('Strange'), 0],
      details: [details('paid')],
    })
    expect(await provider.cancel(handle)).toEqual({
      ...{ type: 'paid', proof: 'proven', payment: { amount: 5_000, reference: null } },
      evidence: { call: 'details', code: 'Confirmed/paid', referenceId: null },
    })
    expect(called).toEqual(['status', 'details'])
    for (let times = 0; times < 4; times++)
      expect(await provider.cancel(handle)).toMatchObject({
        ...{ type: 'unknown', effect: false, evidence: { call: 'status' } },
      })
    expect(called.slice(2)).toEqual(['status', 'status', 'status', 'status'])
  })

  it('neither sends a V2 cancellation nor calls it too late where the details do not confirm the payment', async () => {
    const called = await against({
      status: [status('Confirmed')],
      details: [
        ...['unpaid', 'reservation', 'canceled', 'Paid'].map(details),
        ...[
          { ...details('paid'), TransactionId: 'x' },
          { ...details('paid'), TotalAmount: null },
        ],
        ...[refused('Transaction not found'), 500],
      ],
    })
    for (let times = 0; times < 8; times++)
      expect(await provider.cancel(handle)).toMatchObject({
        ...{ type: 'unknown', effect: false, evidence: { call: 'details' } },
      })
    expect(called).not.toContain('cancel')
  })
})

describe('what a refused V2 cancellation leaves', () => {
  const outcome = async (statuses: readonly string[], word: string) => {
    await against({
      ...{ status: statuses.map(status), details: [details(word)] },
      cancel: [refused('It is too late')],
    })
    return provider.cancel(handle)
  }

  it('a refused V2 cancellation came too late for what is approved', async () => {
    expect(await outcome(['Pending', 'Authorized'], 'reservation')).toEqual({
      type: 'too_late_to_cancel',
      evidence: { call: 'cancel', code: 'refused', referenceId: null },
    })
  })

  it('a refused V2 cancellation reports a payment that was taken meanwhile', async () => {
    expect(await outcome(['Pending', 'Confirmed'], 'paid')).toMatchObject({
      ...{ type: 'paid', proof: 'proven', payment: { amount: 5_000 } },
    })
  })

  it('a refused V2 cancellation of a pending payment is uncertain', async () => {
    expect(await outcome(['Pending'], 'unpaid')).toEqual({
      ...{ type: 'unknown', effect: true },
      evidence: { call: 'cancel', code: 'refused', referenceId: null },
    })
  })
})

it('a V2 cancellation that succeeded may take effect later while the status says otherwise', async () => {
  await against({
    status: [status('Pending'), status('Confirmed')],
    ...{ details: [details('paid')], cancel: [status('Cancelled')] },
  })
  const underWay = { type: 'unknown', effect: true, isUnderWay: true }
  expect(await provider.cancel(handle)).toMatchObject(underWay)
})

it('a V2 capture is uncertain until the payment is reported, and may take effect later unless it was refused', async () => {
  await against({
    ...{ status: [status('Authorized')], details: [details('reservation')] },
    capture: [status('Confirmed'), refused('No')],
  })
  const unknown = { type: 'unknown', effect: true }
  const evidence = { call: 'capture', referenceId: null }
  expect(await provider.capture(handle)).toEqual({
    ...{ ...unknown, isUnderWay: true, evidence: { ...evidence, code: 'success' } },
  })
  expect(await provider.capture(handle)).toEqual({
    ...{ ...unknown, evidence: { ...evidence, code: 'refused' } },
  })
})

it('a V2 capture reports that the payment had ended instead', async () => {
  const refusal = refused('Transaction is cancelled')
  await against({ status: [status('Cancelled')], capture: [refusal] })
  expect(await provider.capture(handle)).toMatchObject({ type: 'ended', isFinal: false })
})

it('a V2 write call whose API key is refused was not sent', async () => {
  const called = await against({
    ...{ status: [status('Pending')], capture: [401], cancel: [401], refund: [401] },
  })
  const notSent = (call: string) => ({
    ...{ type: 'not_sent', evidence: { call, code: 'credentials_refused', referenceId: null } },
  })
  const refund = { providerRef: 'abc-123', amount: 500, key: 'ref_1' }
  expect(await provider.capture(handle)).toEqual(notSent('capture'))
  expect(await provider.cancel(handle)).toEqual(notSent('cancel'))
  expect(await provider.refund?.(refund)).toEqual(notSent('refund'))
  expect(called).toEqual(['capture', 'status', 'cancel', 'refund'])
  await provider.close()
  expect(await provider.refund?.(refund)).toMatchObject({ type: 'not_sent' })
})

it('V2 has no call for a code, but asks phones, and app codes where the shop need not approve', async () => {
  await against({})
  expect(provider).toMatchObject({
    ...{ name: 'netgiro', api: 'v2', startNotifiesPayer: true, canCancel: true },
    ...{ payers: { web: ['phone'], pos: ['phone', 'app_code'] }, approvalTimeoutMs: {} },
  })
  const credentials = { appId: 'app', secretKey: 'secret', apiUrl: provider.apiUrl }
  const asking = netgiroV2(credentials, 'callback', () => soleOwner.permit())
  expect(asking.payers.pos).toEqual(['phone'])
  expect(asking.captureMethodFor('phone')).toBe('callback')
  await asking.close()
  expect(await provider.submitCode(handle, '1234')).toEqual({
    ...{ type: 'unknown', effect: false },
    evidence: { call: 'submitCode', code: 'no_such_call', referenceId: null },
  })
})

it('reads the details after a signed callback of success while the status lags behind', async () => {
  const called = await against({
    status: [status('Pending')],
    details: [details('reservation'), details('paid'), details('unpaid'), 500],
  })
  expect(await provider.check(handle)).toMatchObject({ type: 'pending' })
  expect(called).toEqual(['status'])
  const afterCallback = { ...handle, saysApproved: true }
  expect(await provider.check(afterCallback)).toMatchObject({
    type: 'authorized',
    awaits: 'capture',
  })
  expect(await provider.check(afterCallback)).toMatchObject({ type: 'paid', proof: 'proven' })
  expect(await provider.check(afterCallback)).toMatchObject({ type: 'pending' })
  expect(await provider.check(afterCallback)).toMatchObject({ type: 'pending' })
})

it('a V2 refund is made where the answer is 200, and not where it was only accepted', async () => {
  const answers = [202, 206, 201, 200].map((httpStatus) => ({ Success: true, httpStatus }))
  await against({ refund: answers })
  const refund = { providerRef: 'abc-123', amount: 500, key: 'ref_1' }
  for (const code of ['http_202', 'http_206', 'http_201'])
    expect(await provider.refund?.(refund)).toMatchObject({ type: 'unknown', evidence: { code } })
  expect(await provider.refund?.(refund)).toMatchObject({ type: 'refunded' })
})

it('a V2 refusal that says that the refund was successful settles nothing', async () => {
  await against({ refund: [refused('Refund successful'), refused('No')] })
  const refund = { providerRef: 'abc-123', amount: 500, key: 'ref_1' }
  expect(await provider.refund?.(refund)).toMatchObject({ type: 'unknown', effect: true })
  expect(await provider.refund?.(refund)).toMatchObject({ type: 'refund_refused' })
})

it('a V2 refund is made only where nothing in the answer is undocumented', async () => {
  const strange = [
    ...[{ Message: 'Insufficient funds' }, { Message: 'Refund queued' }, { Message: 7 }],
    ...[{ Status: 'Pending' }, { Status: 'Refunding' }, { Status: '' }, { Status: 200 }],
    { Message: 'Refund successful', Status: 'Authorized' },
  ].map((fields) => ({ Success: true, ...fields }))
  const plain = [
    ...[{ Message: null, Status: null }, { Message: '' }, { Message: 'Success' }],
    { Message: 'Refund successful', Status: 'Confirmed', TransactionId: 'abc-123' },
  ].map((fields) => ({ Success: true, ...fields }))
  await against({ refund: [...strange, ...plain] })
  const refund = { providerRef: 'abc-123', amount: 500, key: 'ref_1' }
  for (const answer of strange)
    expect(await provider.refund?.(refund), JSON.stringify(answer)).toEqual({
      ...{ type: 'unknown', effect: true },
      evidence: { call: 'refund', code: 'undocumented_success', referenceId: null },
    })
  for (const answer of plain)
    expect(await provider.refund?.(refund), JSON.stringify(answer)).toMatchObject({
      type: 'refunded',
    })
})

it('an answer that names another V2 payment settles neither a capture, a cancellation nor a refund', async () => {
  const another = { ...status('Cancelled'), TransactionId: 'another' }
  await against({
    ...{ status: [status('Pending')], details: [details('unpaid')], cancel: [another] },
    ...{ capture: [another], refund: [another, { ...refused('No'), TransactionId: 'another' }] },
  })
  const unknown = { type: 'unknown', effect: true, evidence: { code: 'another_payment' } }
  expect(await provider.cancel(handle)).toMatchObject(unknown)
  expect(await provider.capture(handle)).toMatchObject(unknown)
  const refund = { providerRef: 'abc-123', amount: 500, key: 'ref_1' }
  expect(await provider.refund?.(refund)).toMatchObject(unknown)
  expect(await provider.refund?.(refund)).toMatchObject(unknown)
})

it('a V2 write call that says success and refuses the API key may have had an effect', async () => {
  const both = { httpStatus: 401, Success: true, Message: 'Success' }
  await against({
    ...{ status: [status('Pending')], capture: [both], cancel: [both], refund: [both] },
  })
  const unknown = { type: 'unknown', effect: true, evidence: { code: 'credentials_refused' } }
  expect(await provider.capture(handle)).toMatchObject({ ...unknown, isUnderWay: true })
  expect(await provider.cancel(handle)).toMatchObject({ ...unknown, isUnderWay: true })
  const refund = { providerRef: 'abc-123', amount: 500, key: 'ref_1' }
  expect(await provider.refund?.(refund)).toMatchObject(unknown)
})
