import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProviderResult } from '../../../server/core/checkout.ts'
import type { CaptureMethod } from '../../../server/core/checkout.ts'
import { soleOwner } from '../../../server/core/ownership.ts'
import { netgiroV2 } from '../../../server/providers/netgiro/v2/adapter.ts'
import { parseAnswer, parseDetails } from '../../../server/providers/netgiro/v2/answers.ts'
import {
  refusals,
  mapStart,
  mapStatus,
  needsDetails,
} from '../../../server/providers/netgiro/v2/results.ts'
import { statuses } from '../../../server/providers/netgiro/v2/statuses.ts'
import { httpResponse } from '../http-response.ts'

const providerRef = 'abc-123'
const envelope = (fields: object = {}) =>
  JSON.stringify({
    ...{ Success: true, Message: null, Status: 'Pending', TransactionId: providerRef },
    ...{ PollIntervalMs: 2000, ...fields },
  })
const details = (fields: object = {}) =>
  JSON.stringify({
    ...{ IsRefundable: true, Status: 'paid', Created: '2026-05-28T10:30:00', TotalAmount: 5000 },
    ...{ TransactionId: providerRef, SettlementDate: '2026-06-15T00:00:00', ...fields },
  })
const look = (
  status: string,
  more: string | null,
  { httpStatus = 200, captureMethod = 'manual' as const, saysApproved = false } = {},
) =>
  mapStatus(
    parseAnswer('status', httpResponse(status, httpStatus), providerRef),
    more === null ? null : parseDetails(httpResponse(more, httpStatus)),
    { providerRef, captureMethod, saysApproved },
  )
const begin = (body: string, status = 200) => mapStart(httpResponse(body, status))
const refusal = (Message: string | null, fields: object = {}) =>
  envelope({ Success: false, Message, Status: null, TransactionId: null, ...fields })

const shortly = (fact: ProviderResult): string => {
  if (fact.type === 'authorized') return `${fact.type} ${fact.awaits} ${fact.payment.amount}`
  if (fact.type === 'paid') return `${fact.type} ${fact.payment.amount}`
  if (fact.type === 'ended') return `${fact.type} ${fact.by}${fact.isFinal ? ' final' : ''}`
  if (fact.type === 'unknown') return `${fact.type}${fact.effect ? ' effect' : ''}`
  return fact.type
}

describe('the outcome of a V2 call', () => {
  const outcome = (body: string, status: number) => {
    const { kind, evidence } = parseAnswer('capture', httpResponse(body, status), providerRef)
    return `${kind} ${evidence.call} ${evidence.code}`
  }

  it('a V2 call has an effect, none or an unknown one by its response, and a code for the history', () => {
    expect(outcome(envelope(), 200)).toBe('ok capture success')
    for (const status of [199, 300, 308, 500])
      for (const Success of [true, false])
        expect(outcome(envelope({ Success }), status)).toBe(`unknown capture http_${status}`)
    for (const status of [200, 299, 400, 404, 409, 422])
      expect(outcome(envelope({ Success: false }), status)).toBe('refused capture refused')
    expect(outcome(envelope({ Success: 'true' }), 200)).toBe('unknown capture unreadable_answer')
    expect(outcome('', 500)).toBe('unknown capture unreadable_answer')
    expect(outcome('', 401)).toBe('unauthorized capture credentials_refused')
    for (const body of ['', '<html>', '{"message":"Forbidden"}'])
      expect(outcome(body, 403), body).toBe('unknown capture credentials_refused')
    expect(outcome(envelope({ Success: false }), 403)).toBe('unknown capture http_403')
  })

  it('a V2 call has an unknown effect when the status refuses the API key and the body says success or how the payment stands', () => {
    const none = { TransactionId: null, Status: null }
    const said = [{ Success: true }, { Success: 'true' }, { Success: false, Message: 'Success' }]
    const states = [...statuses.keys()].flatMap((Status) =>
      [undefined, null, false].map((Success) => ({ Success, Status })),
    )
    for (const fields of [...said, ...states]) {
      const body = envelope({ ...none, ...fields })
      expect(outcome(body, 401), body).toBe('unknown capture credentials_refused')
      expect(shortly(begin(body, 401)), body).toBe('unknown effect')
    }
    for (const Success of [null, false]) {
      for (const Status of [null, 'Unauthorized', 401]) {
        const body = envelope({ Success, Message: 'API key is required', Status })
        expect(outcome(body, 401), body).toBe('unauthorized capture credentials_refused')
      }
    }
  })

  it('a V2 response that names another payment says nothing of ours', () => {
    const other = { TransactionId: 'abc-124' }
    for (const Success of [true, false])
      expect(outcome(envelope({ Success, ...other }), 200)).toBe('unknown capture another_payment')
    expect(outcome(envelope(other), 401)).toBe('unknown capture credentials_refused')
    expect(outcome(envelope(other), 500)).toBe('unknown capture http_500')
    for (const TransactionId of [null, undefined, '', 7, 'ABC-123'])
      expect(outcome(envelope({ TransactionId }), 200)).toBe('ok capture success')
  })

  it('a V2 call without a response was not sent, or may have had an effect', () => {
    const code = 'ECONNREFUSED'
    const evidence = (call: string) => ({ call, code, referenceId: null })
    for (const kind of ['not_sent', 'no_response'] as const) {
      const failure = { kind, code }
      const expected = kind === 'not_sent' ? 'not_sent' : 'unknown'
      const answer = parseAnswer('status', failure, providerRef)
      expect(answer).toEqual({ kind: expected, evidence: evidence('status') })
      expect(mapStart(failure)).toMatchObject({ type: expected, evidence: evidence('payment') })
      const payment = { providerRef, captureMethod: 'manual' as const }
      expect(mapStatus(answer, null, payment)).toMatchObject({
        ...{ type: expected, evidence: evidence('status') },
      })
      const paid = parseAnswer('status', httpResponse(envelope({ Status: 'Confirmed' })), null)
      expect(mapStatus(paid, parseDetails(failure), payment)).toMatchObject({
        ...{ type: expected, evidence: evidence('details') },
      })
    }
  })
})

describe('the status of a V2 payment', () => {
  /** Written by hand from the pages, beside the adapter's table: everything that is not here must be unknown. */
  const meanings = new Map([
    ['Authorized reservation', 'authorized capture 5000'],
    ['Confirmed paid', 'paid 5000'],
  ])
  const withoutDetails = new Map([
    ['Pending', 'pending'],
    ['Cancelled', 'ended unknown'],
  ])
  const words = ['Pending', 'Authorized', 'Confirmed', 'Cancelled']
  const odd = ['', 'Paid', 'confirmed', 'CONFIRMED', 'Canceled', 'Confirmed ', '__proto__', '2']
  const detailWords = ['paid', 'unpaid', 'canceled', 'reservation', 'Paid', 'new', '', '__proto__']

  it('a V2 status is as documented for every pair of statuses, and unknown for all others', () => {
    for (const Status of [...words, ...odd, null])
      for (const word of [...detailWords, null]) {
        const fact = look(envelope({ Status }), word && details({ Status: word }))
        const pair = `${Status} ${word}`
        const expected = withoutDetails.get(Status ?? '') ?? meanings.get(pair) ?? 'unknown'
        expect(shortly(fact), pair).toBe(expected)
      }
  })

  it('a V2 status awaits the capture or the callback answer, by the capture method', () => {
    const awaiting = (captureMethod: 'automatic' | 'manual' | 'callback') =>
      mapStatus(
        parseAnswer('status', httpResponse(envelope({ Status: 'Authorized' })), providerRef),
        parseDetails(httpResponse(details({ Status: 'reservation' }))),
        { providerRef, captureMethod },
      )
    expect(awaiting('manual')).toMatchObject({ awaits: 'capture' })
    expect(awaiting('callback')).toMatchObject({ awaits: 'callback_answer' })
    expect(awaiting('automatic')).toMatchObject({ awaits: 'capture' })
  })

  it('follows the details when a signed callback is ahead of the status', () => {
    const said = (status: string, word: string | null, fields: object = {}) =>
      shortly(
        look(envelope({ Status: status }), word && details({ Status: word, ...fields }), {
          saysApproved: true,
        }),
      )
    expect(said('Pending', 'reservation')).toBe('authorized capture 5000')
    expect(said('Pending', 'paid')).toBe('paid 5000')
    for (const word of ['unpaid', 'canceled', 'Paid', '', null])
      expect(said('Pending', word), String(word)).toBe('pending')
    expect(said('Pending', 'paid', { TransactionId: 'abc-124' })).toBe('pending')
    expect(said('Pending', 'paid', { TotalAmount: '5000' })).toBe('pending')
    expect(said('Cancelled', 'paid')).toBe('ended unknown')
    expect(said('Authorized', 'paid')).toBe('unknown')
    expect(shortly(look(envelope({ Status: 'Pending' }), details({ Status: 'paid' })))).toBe(
      'pending',
    )
  })

  it('a signed callback and details that say "reservation" are believed where the status says nothing', () => {
    const said = (status: string, word: string | null, fields: object = {}, httpStatus = 200) => {
      const answer = parseAnswer('status', httpResponse(status, httpStatus), providerRef)
      const more =
        word === null ? null : parseDetails(httpResponse(details({ Status: word, ...fields })))
      const called = { providerRef, captureMethod: 'callback', saysApproved: true } as const
      return [
        mapStatus(answer, more, called),
        mapStatus(answer, more, { ...called, saysApproved: false }),
      ]
    }
    const silent: readonly [status: string, httpStatus: number][] = [
      [envelope({ Status: 'Pending' }), 500],
      ['<html>', 502],
      [envelope({ Status: 'Settled' }), 200],
      [refusal('Transaction not found'), 404],
    ]
    for (const [status, httpStatus] of silent) {
      const [called, polled] = said(status, 'reservation', {}, httpStatus)
      expect(called && shortly(called), status).toBe('authorized callback_answer 5000')
      expect(polled && shortly(polled), status).toBe('unknown')
      for (const word of ['paid', 'unpaid', 'canceled', 'Reservation', '', null])
        expect(said(status, word, {}, httpStatus).map(shortly), `${status} ${word}`).toEqual([
          ...['unknown', 'unknown'],
        ])
      for (const odd of [{ TransactionId: 'abc-124' }, { TotalAmount: '5000' }])
        expect(said(status, 'reservation', odd, httpStatus).map(shortly)).toEqual([
          ...['unknown', 'unknown'],
        ])
    }
  })

  it('a V2 status needs details where money is concerned, or where the callback says more', () => {
    const isNeeded = (saysApproved: boolean) =>
      [...statuses].flatMap(([word, status]) =>
        needsDetails(status, { saysApproved }) ? [word] : [],
      )
    expect(isNeeded(false)).toEqual(['Authorized', 'Confirmed'])
    expect(isNeeded(true)).toEqual(['Pending', 'Authorized', 'Confirmed'])
    expect(needsDetails(null, { saysApproved: true })).toBe(true)
    expect(needsDetails(null, { saysApproved: false })).toBe(false)
  })

  it('a V2 status has the documented words of both responses in its evidence', () => {
    const code = (status: string, word: string) =>
      look(envelope({ Status: status }), details({ Status: word })).evidence.code
    for (const word of ['paid', 'unpaid', 'canceled', 'reservation'])
      expect(code('Confirmed', word)).toBe(`Confirmed/${word}`)
    expect(code('Confirmed', 'Kennitala')).toBe('Confirmed/unknown_status')
    expect(look(envelope({ Status: 'Pending' }), null)).toEqual({
      ...{ type: 'pending', next: 'awaiting_shopper' },
      evidence: { call: 'status', code: 'Pending', referenceId: null },
    })
  })

  it('a V2 status without an id is that of the payment, but not one with an unreadable id', () => {
    const status = (TransactionId: unknown) =>
      shortly(look(envelope({ Status: 'Confirmed', TransactionId }), details()))
    expect(status(undefined)).toBe('paid 5000')
    for (const odd of ['', 7, 'a b']) expect(status(odd), String(odd)).toBe('unknown')
  })

  it('a V2 status is unknown when either response is about another payment', () => {
    const other = { TransactionId: 'abc-124' }
    for (const Status of words)
      expect(shortly(look(envelope({ Status, ...other }), details())), Status).toBe('unknown')
    const paid = envelope({ Status: 'Confirmed' })
    expect(shortly(look(paid, details(other)))).toBe('unknown')
    expect(shortly(look(paid, details({ TransactionId: 'ABC-123' })))).toBe('paid 5000')
  })

  it('a V2 status is unknown, not ended, when the provider does not know the id', () => {
    for (const status of [200, 400, 404]) {
      const fact = look(refusal('Transaction not found', { TransactionId: providerRef }), null, {
        httpStatus: status,
      })
      expect(fact).toMatchObject({
        ...{ type: 'unknown', effect: false },
        evidence: { call: 'status', code: 'transaction_not_found' },
      })
    }
  })

  it('a V2 status that is unknown keeps the code of the response that made it so', () => {
    const paid = envelope({ Status: 'Confirmed' })
    const code = (one: string, other: string) => {
      const { call, code } = look(one, other).evidence
      return `${call} ${code}`
    }
    expect(code(refusal('Something else'), details())).toBe('status refused')
    expect(code('<html>', details())).toBe('status unreadable_answer')
    expect(code(paid, refusal('Transaction not found'))).toBe('details transaction_not_found')
    expect(code(paid, '<html>')).toBe('details unreadable_answer')
    expect(code(paid, details({ TotalAmount: null }))).toBe('details Confirmed/paid')
  })

  it('a V2 status is unknown without a valid amount', () => {
    const paid = envelope({ Status: 'Confirmed' })
    const amounts = [undefined, null, '5000', true, [5000], {}]
    for (const TotalAmount of amounts)
      expect(shortly(look(paid, details({ TotalAmount }))), typeof TotalAmount).toBe('unknown')
    expect(shortly(look(paid, details().replace('5000', '1e999')))).toBe('unknown')
    expect(shortly(look(paid, details().replace('5000', '5000.0')))).toBe('paid 5000')
  })

  it('a V2 status is unknown for every unsuccessful response', () => {
    const paid = envelope({ Status: 'Confirmed' })
    for (const httpStatus of [308, 400, 401, 403, 404, 429, 500, 502, 503])
      expect(shortly(look(paid, details(), { httpStatus })), String(httpStatus)).toBe('unknown')
    expect(shortly(look(envelope({ Status: 'Confirmed', Success: false }), details()))).toBe(
      'unknown',
    )
    expect(shortly(look(paid, refusal('Transaction not found')))).toBe('unknown')
    for (const Success of [false, 'true'])
      expect(shortly(look(paid, details({ Success })))).toBe('unknown')
    // One thing said twice, in two spellings.
    expect(shortly(look(paid.replace('{', '{"status":"Pending",'), details()))).toBe('unknown')
    expect(
      shortly(
        look(
          paid.replaceAll(/"(\w)/g, (key) => key.toLowerCase()),
          details(),
        ),
      ),
    ).toBe('unknown')
  })

  it('repeats no undocumented text of the provider', () => {
    const fact = look(envelope({ Status: 'Kennitala 111111-1119' }), null)
    expect(fact.evidence).toEqual({ call: 'status', code: 'unknown_status', referenceId: null })
  })

  it('a V2 status is unknown for any other body', () => {
    const anything = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({ Success: fc.jsonValue(), Status: fc.jsonValue(), TotalAmount: fc.jsonValue() })
        .map((it) => JSON.stringify(it)),
    )
    fc.assert(
      fc.property(anything, anything, fc.integer({ min: 200, max: 599 }), (one, two, status) => {
        expect(shortly(look(one, two, { httpStatus: status }))).toBe('unknown')
        const begun = {
          ...{ refused: status !== 401, not_sent: status === 401 },
          // Where the credentials are refused, only what contradicts it makes the effect unknown.
          'unknown effect': status !== 401 || /success/i.test(one),
        }
        expect(begun).toHaveProperty(shortly(begin(one, status)), true)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the result of starting a V2 payment', () => {
  it('a V2 start returns only the id of a payment, whatever its status is', () => {
    expect(begin(envelope())).toMatchObject({
      ...{ type: 'requested', providerRef, pollIntervalMs: 2000, pollImmediately: false },
    })
    for (const Status of ['Authorized', 'Confirmed', 'Cancelled', 'Anything', null])
      expect(begin(envelope({ Status, PollIntervalMs: null })), String(Status)).toMatchObject({
        ...{ type: 'requested', providerRef, pollIntervalMs: null, pollImmediately: true },
      })
    expect(begin(envelope({ PollIntervalMs: 'soon' }))).toMatchObject({ pollIntervalMs: null })
  })

  it('a V2 start returns the id of a payment to poll at once when other fields are unexpected', () => {
    const odd: readonly object[] = [
      ...[{ Success: 'true' }, { Success: 1 }, { Success: null }, { Success: undefined }],
      ...[{ Message: 5 }, { Status: 7 }, { Status: {} }, { More: [[]] }],
    ]
    for (const fields of odd)
      expect(begin(envelope(fields)), JSON.stringify(fields)).toMatchObject({
        ...{ type: 'requested', providerRef, pollIntervalMs: 2000 },
        pollImmediately: !('Message' in fields || 'More' in fields),
      })
    for (const status of [308, 400, 404, 500])
      expect(begin(envelope(), status), String(status)).toMatchObject({
        ...{ type: 'requested', providerRef, pollImmediately: true },
      })
  })

  it('a V2 start lacks only the poll interval when that is invalid', () => {
    for (const PollIntervalMs of ['', 'soon', '-1', -1, 1e300, 1.5, true, [2000], {}])
      expect(begin(envelope({ PollIntervalMs })), JSON.stringify(PollIntervalMs)).toMatchObject({
        ...{ type: 'requested', providerRef, pollIntervalMs: null, pollImmediately: false },
      })
    expect(begin(envelope({ PollIntervalMs: '2000' }))).toMatchObject({ pollIntervalMs: 2000 })
    for (const PollIntervalMs of [1e9, 1e12, '1000000000'])
      expect(begin(envelope({ PollIntervalMs }))).toMatchObject({ pollIntervalMs: 60_000 })
  })

  it('a V2 start is unknown without an id', () => {
    for (const TransactionId of [null, undefined, '', 5, 'x'.repeat(201)])
      expect(shortly(begin(envelope({ TransactionId })))).toBe('unknown effect')
  })

  it('a V2 start is refused with a public reason for every documented message', () => {
    const documented = {
      'Customer is blacklisted': ['declined', 'declined', 'customer_blacklisted'],
      'Customer not verified.': ['failed', 'request_not_sent', 'customer_not_verified'],
      "'Amount' must be greater than '0'.": ['failed', 'amount_too_low', 'amount_missing'],
      "'Reference' must not be empty.": ['failed', 'request_not_sent', 'reference_missing'],
      "'CustomerIdentifier' must not be empty.": ['failed', 'request_not_sent', 'customer_missing'],
    }
    expect([...refusals.keys()]).toEqual(Object.keys(documented))
    for (const [text, [outcome, reason, code]] of Object.entries(documented))
      for (const status of [200, 400])
        expect(begin(refusal(text, { TransactionId: providerRef }), status)).toMatchObject({
          ...{ type: 'refused', outcome, reason, evidence: { call: 'payment', code } },
        })
  })

  it('a V2 start is refused as request_not_sent for an undocumented message', () => {
    for (const text of ['customer is blacklisted', 'Something about 822 3281', '', null])
      expect(begin(refusal(text), 400)).toEqual({
        ...{ type: 'refused', outcome: 'failed', reason: 'request_not_sent' },
        evidence: { call: 'payment', code: 'refused', referenceId: null },
      })
  })

  it('a V2 start is not_sent when the API key is refused, and unknown when another server responds', () => {
    expect(begin('{"Success":false,"Message":"API key is required"}', 401)).toMatchObject({
      ...{ type: 'not_sent', evidence: { code: 'credentials_refused' } },
    })
    for (const status of [308, 403, 408, 429, 500, 502, 503, 504])
      expect(shortly(begin(refusal('no'), status)), String(status)).toBe('unknown effect')
    for (const status of [200, 400, 404, 502])
      expect(shortly(begin('<!doctype html>', status)), String(status)).toBe('unknown effect')
  })
})

describe('a V2 callback', () => {
  const credentials = { appId: 'app', secretKey: 'mysecret', apiUrl: 'http://127.0.0.1:9/v2' }
  const sign = (text: string) => createHash('sha256').update(text).digest('hex')
  const parse = (body: string, signature: string, confirmation: CaptureMethod = 'manual') =>
    netgiroV2(credentials, confirmation, () => soleOwner.permit()).parseCallback({
      url: 'https://pay.shop.is/v1/callbacks/netgiro/x',
      headers: new Headers({ 'x-netgiro-signature': signature }),
      body: Buffer.from(body),
    })
  const notice = (amount = '5000', fields: object = {}) =>
    JSON.stringify({
      ...{ Success: true, Message: 'Success', TransactionId: providerRef },
      ...{ ReferenceNumber: 'order-123', TotalAmount: 0, ...fields },
    }).replace('"TotalAmount":0', `"TotalAmount":${amount}`)
  /** SHA-256 over mysecret, abc-123, 5000. */
  const vector = '729d966b5158eb4a949d88afcf7a3da16e26bad3cc7b57bab2ddd358a7b857e1'
  const named = { providerRef, paymentRef: null, reference: 'order-123', signed: true }
  const known = { ...named, saysApproved: true }

  it('accepts a V2 callback with the hash of secret, id and amount, in upper or lower case', () => {
    expect(parse(notice(), vector)).toEqual(known)
    expect(parse(notice(), vector.toUpperCase())).toEqual(known)
    const unsigned = { url: '', headers: new Headers(), body: Buffer.from(notice()) }
    expect(
      netgiroV2(credentials, 'manual', () => soleOwner.permit()).parseCallback(unsigned),
    ).toBeNull()
    for (const signature of ['', '0'.repeat(64), vector.slice(0, 63), `${vector}0`, 'é'.repeat(64)])
      expect(parse(notice(), encodeURI(signature)), signature).toBeNull()
  })

  it('accepts a V2 callback whether the amount was signed as sent or in its usual notation', () => {
    for (const written of ['1990', '1990.0', '1990.00', '1.99e3']) {
      const spaced = notice(written).replace('"TotalAmount":', '"TotalAmount" : ')
      expect(parse(spaced, sign(`mysecretabc-123${written}`)), spaced).toEqual(known)
      expect(parse(notice(written), sign(`mysecretabc-123${written}`)), written).toEqual(known)
      expect(parse(notice(written), sign('mysecretabc-1231990')), written).toEqual(known)
    }
    expect(parse(notice('1990'), sign('mysecretabc-1231991'))).toBeNull()
    expect(parse(notice('1990'), sign('mysecretabc-1231990.0'))).toBeNull()
  })

  it('a V2 callback reports only whether the payer approved', () => {
    const says = (fields: object) => parse(notice('5000', fields), vector)
    expect(says({ Success: false, Message: 'Canceled' })).toEqual({ ...named, saysApproved: false })
    for (const Success of [false, null, undefined, 'true', 1])
      expect(says({ Success }), String(Success)).toMatchObject({ saysApproved: false })
    expect(says({ Success: true, Message: 'Canceled' })).toMatchObject({ saysApproved: false })
    expect(parse(notice('5000', { ReferenceNumber: 'other' }), vector)).toMatchObject({
      reference: 'other',
    })
  })

  it('refuses a V2 callback whose signature is for another amount', () => {
    // Another amount elsewhere in the body, and the digits of the id in the amount's place.
    const smuggled = notice('1', { ReferenceNumber: '"TotalAmount":5000' })
    expect(parse(smuggled, vector)).toBeNull()
    expect(parse(notice('1', { Inner: { TotalAmount: 5000 } }), vector)).toBeNull()
    // Which of two is meant, nobody can say.
    expect(parse(notice('5000').replace('{', '{"TotalAmount":1,'), vector)).toBeNull()
    expect(parse(notice('1').replace('{', '{"TotalAmount":5000,'), vector)).toBeNull()
  })

  it('refuses a V2 callback that cannot be read, without an exception', () => {
    for (const body of ['', 'null', '[]', '<html>', '{}', '{"TransactionId":"abc-123"}'])
      expect(parse(body, vector), body).toBeNull()
    // Not even where what is missing was signed as such.
    expect(parse('{"TransactionId":"abc-123"}', sign('mysecretabc-123null'))).toBeNull()
    expect(parse('{"TotalAmount":5000}', sign('mysecretnull5000'))).toBeNull()
    expect(parse(notice('"5000"'), vector)).toBeNull()
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(parse(body, vector)).toBeNull()
      }),
    )
  })
})
