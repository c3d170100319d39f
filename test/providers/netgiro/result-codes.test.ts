import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseReply, readReply } from '../../../server/providers/netgiro/v1/reply.ts'
import type { Reply } from '../../../server/providers/netgiro/v1/reply.ts'
import { unreadable } from '../../../server/providers/fields.ts'
import { toResult } from '../../../server/providers/netgiro/v1/result-codes.ts'
import type { Operation } from '../../../server/providers/netgiro/v1/result-codes.ts'
import { sign } from '../../../server/providers/netgiro/signature.ts'
import { httpResponse } from '../http-response.ts'

const calls: readonly Operation[] = [
  'InsertCart',
  'CheckCart',
  'ConfirmCart',
  'SubmitCode',
  'CancelCart',
]
const documented = [
  200, 400, 500, 10200, 10201, 10202, 10203, 10302, 10304, 10305, 10306, 10307, 10422, 10423, 10424,
  10425, 10426, 10427, 10428, 10429,
]

/** Written by hand from the documents, beside the table of the adapter: everything that is not here must be unknown. */
const expected = new Set([
  'InsertCart 200 S p → requested',
  ...[10302, 10307, 10422, 10423].map((code) => `InsertCart ${code} s p → refused declined`),
  ...[10306, 10304, 10427, 400, 10305].map((code) => `InsertCart ${code} s p → refused failed`),
  'CheckCart 10200 S P → paid',
  'CheckCart 10203 S P → paid',
  'CheckCart 10425 S p → pending awaiting_shopper',
  'CheckCart 10428 S p → pending awaiting_code',
  'CheckCart 10426 S p → authorized capture',
  'CheckCart 10429 S p → authorized callback_answer',
  'CheckCart 10201 S p → ended cancel, not finally',
  ...either('CheckCart 10202', 'p → ended cancel, not finally'),
  ...[10424, 10304].flatMap((code) => either(`CheckCart ${code}`, 'p → ended cancel, not finally')),
  ...[10306, 10302, 10307, 10422, 10423].flatMap((code) =>
    either(`CheckCart ${code}`, 'p → ended decline, not finally'),
  ),
  'ConfirmCart 10200 S P → paid',
  ...either('ConfirmCart 10203', 'P → paid'),
  ...[10201, 10202].flatMap((code) =>
    either(`ConfirmCart ${code}`, 'p → ended cancel, not finally'),
  ),
  'SubmitCode 10200 S P → paid',
  ...either('SubmitCode 10203', 'P → paid'),
  'SubmitCode 10426 S p → authorized capture',
  ...[400, 10428].flatMap((code) => either(`SubmitCode ${code}`, 'p → code_refused')),
  ...[10201, 10202].flatMap((code) =>
    either(`SubmitCode ${code}`, 'p → ended cancel, not finally'),
  ),
  'CancelCart 10201 S p → ended cancel',
  ...either('CancelCart 10202', 'p → ended cancel'),
  ...[10302, 10307, 10422, 10423].flatMap((code) =>
    either(`CancelCart ${code}`, 'p → ended decline'),
  ),
  ...both('CancelCart 10200 s', 'too_late_to_cancel'),
  ...['S', 's'].flatMap((success) => both(`CancelCart 10203 ${success}`, 'too_late_to_cancel')),
])

/** Whatever PaymentSuccessful says (these calls do not document it). */
function both(start: string, meaning: string): string[] {
  return [`${start} P → ${meaning}`, `${start} p → ${meaning}`]
}
/** Whatever Success says. */
function either(start: string, end: string): string[] {
  return [`${start} S ${end}`, `${start} s ${end}`]
}

/** What else is meant by a name and an answer that is none of these: there is something to be asked about. */
const unlikely = /unknown$|requested, to be asked at once$/

/** An answer as it is read; what is not given is absent. */
const replyOf = (fields: object): Reply => {
  const reply = parseReply(JSON.stringify(fields))
  if (!reply) throw new Error('this is no reply')
  return reply
}

function read(call: Operation, code: number, success: boolean, paymentSuccessful: boolean): string {
  const fields = { Success: success, ResultCode: code, PaymentSuccessful: paymentSuccessful }
  const fact = toResult(call, replyOf({ ...fields, TransactionId: 't' }), 'ref', null)
  const words: string[] = [fact.type]
  if (fact.type === 'refused') words.push(fact.outcome)
  if (fact.type === 'pending') words.push(fact.next)
  if (fact.type === 'authorized') words.push(fact.awaits)
  if (fact.type === 'ended') words.push(fact.by + (fact.isFinal ? '' : ', not finally'))
  if (fact.type === 'requested' && fact.pollImmediately)
    words.splice(0, 1, 'requested, to be asked at once')
  return `${call} ${code} ${success ? 'S' : 's'} ${paymentSuccessful ? 'P' : 'p'} → ${words.join(' ')}`
}

const flags = [true, false]

describe('the result of a reply', () => {
  it('every call, code, Success and PaymentSuccessful has its documented result, and is unknown otherwise', () => {
    const all = calls.flatMap((call) =>
      documented.flatMap((code) => flags.flatMap((s) => flags.map((p) => read(call, code, s, p)))),
    )
    expect(all).toHaveLength(5 * 20 * 4)
    expect(new Set(all.filter((line) => !unlikely.test(line)))).toEqual(expected)
  })

  it('the result of a reply is unknown for undocumented codes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...calls),
        fc.integer().filter((code) => !documented.includes(code)),
        fc.boolean(),
        fc.boolean(),
        (call, code, success, paid) => {
          expect(read(call, code, success, paid)).toMatch(unlikely)
        },
      ),
    )
  })

  it('an unknown reply may have had an effect, except to CheckCart', () => {
    const effects = calls.map((call) =>
      toResult(call, replyOf({ Success: true, ResultCode: 1 }), null, null),
    )
    expect(effects.map((fact) => fact.type === 'unknown' && fact.effect)).toEqual([
      true,
      false,
      true,
      true,
      true,
    ])
  })

  it('a refused InsertCart has its reason, and the id of its cart if it has one', () => {
    const refusal = (ResultCode: number, fields: object = {}) => {
      const reply = { Success: false, ResultCode, PaymentSuccessful: false, ...fields }
      return toResult('InsertCart', replyOf(reply), 'ref', null)
    }
    for (const [codes, outcome, reason] of [
      [[10302, 10307, 10422, 10423], 'declined', 'declined'],
      [[10306, 10304, 10427, 400], 'failed', 'request_not_sent'],
      [[10305], 'failed', 'amount_too_low'],
    ] as const)
      for (const code of codes) {
        const evidence = { call: 'InsertCart', code: String(code), referenceId: 'ref' }
        const refused = { type: 'refused', outcome, reason, evidence }
        expect(refusal(code)).toStrictEqual(refused)
        expect(refusal(code, { TransactionId: 't' })).toStrictEqual({
          ...refused,
          providerRef: 't',
        })
        // Neither unconfirmed nor canceled contradicts it.
        for (const StatusId of [1, 5])
          expect(refusal(code, { PaymentInfo: { StatusId } })).toStrictEqual(refused)
        // It answers no request of ours that a reference could be compared with.
        expect(refusal(code, { PaymentInfo: { ReferenceNumber: 'A' } })).toStrictEqual(refused)
      }
  })

  it('the evidence of a result has the call as the provider names it, and the code', () => {
    const evidence = (call: Operation, ResultCode: unknown) =>
      toResult(call, replyOf({ Success: true, ResultCode }), 'ref', null).evidence
    const said = { code: '1', referenceId: 'ref' }
    for (const call of ['InsertCart', 'CheckCart', 'ConfirmCart', 'CancelCart'] as const)
      expect(evidence(call, 1)).toEqual({ ...said, call })
    expect(evidence('SubmitCode', 1)).toEqual({ ...said, call: 'ConfirmCart' })
    for (const odd of ['10200', null, 1.5])
      expect(evidence('CheckCart', odd)).toMatchObject({ code: 'unreadable_code' })
  })

  it('an absent PaymentSuccessful means false, and an unreadable one or Success means nothing', () => {
    const result = (call: Operation, ResultCode: number, fields: object) =>
      toResult(call, replyOf({ ResultCode, ...fields }), null, null).type
    expect(result('CheckCart', 10425, { Success: true })).toBe('pending')
    expect(result('CheckCart', 10202, { Success: false })).toBe('ended')
    expect(result('CheckCart', 10200, { Success: true })).toBe('unknown')
    expect(result('CancelCart', 10203, {})).toBe('unknown')
    expect(result('CancelCart', 10203, { Success: 'true' })).toBe('unknown')
    const odd = { Success: false, PaymentSuccessful: 'false' }
    expect(result('CheckCart', 10202, odd)).toBe('unknown')
    expect(result('CancelCart', 10203, odd)).toBe('unknown')
  })

  it('the result of a successful InsertCart without an id is unknown', () => {
    const reply = replyOf({ Success: true, ResultCode: 200 })
    expect(toResult('InsertCart', reply, null, null).type).toBe('unknown')
  })

  it('keeps the id of the cart regardless of the other fields', () => {
    const plain = { TransactionId: 'cart-1', Success: true, ResultCode: 200 }
    const asked = (fields: object) => {
      const fact = toResult('InsertCart', replyOf({ ...plain, ...fields }), null, null)
      expect(fact, JSON.stringify(fields)).toMatchObject({
        ...{ type: 'requested', providerRef: 'cart-1', pollIntervalMs: null },
      })
      return fact.type === 'requested' && fact.pollImmediately
    }
    expect(asked({})).toBe(false)
    for (const pace of ['', -1, 1e300, 'soon', [], {}])
      expect(asked({ ProcessCartCheckIntervalMiliseconds: pace })).toBe(false)
    expect(asked({ Message: 7 })).toBe(false)
    for (const Success of ['true', 1, null, undefined, {}, false])
      expect(asked({ Success })).toBe(true)
    for (const ResultCode of [10425, 10426, 10428, 10429, 10200, 10201, 1, '200', null, undefined])
      expect(asked({ ResultCode })).toBe(true)
    expect(asked({ PaymentInfo: { ReferenceNumber: 'A' } })).toBe(true)
    expect(asked({ PaymentSuccessful: true })).toBe(true)
  })

  it('a reply proves a payment only when all fields agree and identify it', () => {
    const info = { TransactionId: 'p', ReferenceNumber: 'A', StatusId: 2, TotalAmount: 5 }
    const paid = { Success: true, ResultCode: 10200, PaymentSuccessful: true }
    const proof = (PaymentInfo: unknown, ResultCode = 10200) =>
      (['CheckCart', 'ConfirmCart', 'SubmitCode'] as const).map((question) => {
        const reply = replyOf({ ...paid, ResultCode, PaymentInfo })
        const fact = toResult(question, reply, null, 'A')
        return fact.type === 'paid' ? fact.proof : fact.type
      })
    const all = (word: string) => [word, word, word]
    expect(proof(info)).toEqual(all('proven'))
    expect(proof(info, 10203)).toEqual(all('proven'))
    for (const StatusId of [null, undefined])
      expect(proof({ ...info, StatusId })).toEqual(all('proven'))
    for (const StatusId of [1, 5, 0, 3, -1])
      expect(proof({ ...info, StatusId })).toEqual(all('contradictory'))
    for (const odd of ['2', '5', true, [2]])
      expect(proof({ ...info, StatusId: odd })).toEqual(all('unproven'))
    for (const none of [null, undefined, 'x', 5, [], {}])
      expect(proof(none)).toEqual(all('unproven'))
    for (const ReferenceNumber of [null, undefined, '', 5, ['A']])
      expect(proof({ ...info, ReferenceNumber })).toEqual(all('unproven'))
    for (const TotalAmount of [null, undefined, '5', true, [5]])
      expect(proof({ ...info, TotalAmount })).toEqual(all('unproven'))
  })

  it('a reply has the payment id beside the cart’s, and is not refused when they differ', () => {
    const PaymentInfo = { TransactionId: 'another', ReferenceNumber: 'A', TotalAmount: 5 }
    const fields = { Success: true, ResultCode: 10200, PaymentSuccessful: true, PaymentInfo }
    expect(toResult('CheckCart', replyOf(fields), null, 'A')).toMatchObject({
      ...{ type: 'paid', proof: 'proven' },
      payment: { amount: 5, reference: 'A', paymentRef: 'another' },
    })
  })

  it('the result of a reply is unknown when code and StatusId contradict each other', () => {
    const said = (question: Operation, ResultCode: number, StatusId: number) => {
      const fields = { Success: true, ResultCode, PaymentSuccessful: false, TransactionId: null }
      return toResult(question, replyOf({ ...fields, PaymentInfo: { StatusId } }), null, 'A')
    }
    for (const [question, code, fitting] of [
      ['CheckCart', 10425, [1]],
      ['CheckCart', 10428, [1]],
      ['CheckCart', 10426, [1]],
      ['CheckCart', 10429, [1]],
      ['SubmitCode', 10426, [1]],
      ['SubmitCode', 400, [1]],
      ['CheckCart', 10201, [1, 5]],
      ['CancelCart', 10201, [1, 5]],
    ] as const)
      for (const StatusId of [1, 2, 5, 9]) {
        const fact = said(question, code, StatusId)
        const isFitting = (fitting as readonly number[]).includes(StatusId)
        expect(fact.type === 'unknown', `${question} ${code} ${StatusId}`).toBe(!isFitting)
        if (!isFitting)
          expect(fact).toMatchObject({
            ...{ effect: question !== 'CheckCart', evidence: { code: 'contradictory' } },
          })
      }
  })

  it('a reply that names another payment ends, keeps and declines nothing', () => {
    const said = (question: Operation, ResultCode: number, ReferenceNumber: unknown) => {
      const fields = { Success: ResultCode !== 10200, ResultCode, PaymentSuccessful: false }
      const PaymentInfo = { ReferenceNumber, StatusId: null }
      return toResult(question, replyOf({ ...fields, PaymentInfo }), null, 'WEB-1-abc')
    }
    for (const [question, code] of [
      ['CheckCart', 10425],
      ['CheckCart', 10428],
      ['CheckCart', 10201],
      ['CheckCart', 10423],
      ['ConfirmCart', 10202],
      ['SubmitCode', 400],
      ['CancelCart', 10201],
      ['CancelCart', 10202],
      ['CancelCart', 10423],
      ['CancelCart', 10200],
    ] as const) {
      expect(said(question, code, 'WEB-2-xyz'), `${question} ${code}`).toMatchObject({
        ...{ type: 'unknown', effect: question !== 'CheckCart' },
        evidence: { code: 'another_payment' },
      })
      for (const ours of ['WEB-1-abc', 'web-1-ABC ', '', null, 7])
        expect(said(question, code, ours).type, `${question} ${code}`).not.toBe('unknown')
    }
    // Money is never dropped: the core compares whose it is.
    expect(said('CheckCart', 10426, 'WEB-2-xyz')).toMatchObject({
      ...{ type: 'authorized', payment: { reference: 'WEB-2-xyz' } },
    })
    const paid = { Success: true, ResultCode: 10200, PaymentSuccessful: true }
    const reply = replyOf({ ...paid, PaymentInfo: { ReferenceNumber: 'WEB-2-xyz' } })
    expect(toResult('CheckCart', reply, null, 'WEB-1-abc')).toMatchObject({
      ...{ type: 'paid', payment: { reference: 'WEB-2-xyz' } },
    })
  })

  it('a reply has amount and reference, whether the amount is written 1990 or 1990.0', () => {
    const body =
      '{"Success":true,"ResultCode":10200,"PaymentSuccessful":true,"PaymentInfo":{"TotalAmount":1990.0,"ReferenceNumber":"A"}}'
    const reply = parseReply(body)
    expect(reply && toResult('CheckCart', reply, null, 'A')).toMatchObject({
      type: 'paid',
      payment: { amount: 1990, reference: 'A' },
    })
  })
})

describe('reading a reply', () => {
  const sound = '{"Success":true,"ResultCode":10425,"PaymentSuccessful":false,"PaymentInfo":null}'
  const url = 'https://x/v1/Checkout/CheckCart'
  const signed = (body: string, signature = sign('secret', '1', url, body)) =>
    httpResponse(body, 200, {
      url,
      headers: { netgiro_nonce: '1', netgiro_signature: signature },
    })

  it('accepts a reply that is signed over nonce, URL and body', () => {
    expect(readReply('secret', signed(sound))).toMatchObject({ ResultCode: 10425 })
  })

  it('discards a reply whose signature is wrong or missing', () => {
    expect(
      readReply('secret', { ...signed(sound), body: sound.replace('10425', '10200') }),
    ).toBeNull()
    expect(readReply('secret', signed(sound, ''))).toBeNull()
    expect(readReply('secret', { ...signed(sound), headers: {} })).toBeNull()
  })

  it('accepts a reply in camelCase too', () => {
    const body =
      '{"success":true,"resultCode":10200,"paymentSuccessful":true,"paymentInfo":{"totalAmount":5}}'
    expect(parseReply(body)).toMatchObject({ ResultCode: 10200, PaymentInfo: { TotalAmount: 5 } })
  })

  it.each([
    ['a page', '<html>'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['half an answer', sound.slice(0, 20)],
    ['a field given twice', '{"Success":true,"ResultCode":10425,"ResultCode":10200}'],
    ['a nested field given twice', '{"ResultCode":10200,"PaymentInfo":{"A":1,"A":2}}'],
    ['a field given twice in two spellings', '{"ResultCode":10425,"resultCode":10200}'],
    ['a field given twice, once by an escape', '{"Success":true,"Succes\\u0073":false}'],
    [
      'a depth that nothing needs',
      `{"ResultCode":10200,"X":${'['.repeat(9_999)}${']'.repeat(9_999)}}`,
    ],
  ])('refuses %s as a reply', (_, body) => {
    expect(parseReply(body)).toBeNull()
  })

  it('loses only the field of a reply that is unreadable', () => {
    const sound = {
      ...{ TransactionId: 'cart-1', Success: true, ResultCode: 10200, PaymentSuccessful: true },
      PaymentInfo: { TransactionId: 'p-1', ReferenceNumber: 'A', StatusId: 2, TotalAmount: 5 },
      ProcessCartCheckIntervalMiliseconds: 2_000,
    }
    const odd: Readonly<Record<keyof typeof sound, readonly unknown[]>> = {
      TransactionId: [
        ...[7, true, '', ' ', 'a b', 'é', 'x'.repeat(201), ['x'], {}],
        '00000000-0000-0000-0000-000000000000',
        '00000000000000000000000000000000',
        '{00000000-0000-0000-0000-000000000000}',
        '(00000000-0000-0000-0000-000000000000)',
      ],
      Success: ['true', 1, 'yes', [], {}],
      ResultCode: ['10200', 10200.5, true, [10200], {}, 1e300],
      PaymentSuccessful: ['true', 1, 'yes', [], {}],
      PaymentInfo: ['x', 5, true, [], [{ TotalAmount: 5 }]],
      ProcessCartCheckIntervalMiliseconds: ['', 'soon', '-1', -1, 1e300, 1.5, true, [], '1e3'],
    }
    for (const [field, values] of Object.entries(odd))
      for (const value of values) {
        const reply = replyOf({ ...sound, [field]: value })
        expect(reply, `${field} ${JSON.stringify(value)}`).toEqual({
          ...replyOf(sound),
          [field]: unreadable,
        })
      }
    for (const field of Object.keys(sound))
      for (const value of [null, undefined])
        expect(replyOf({ ...sound, [field]: value })).toEqual({ ...replyOf(sound), [field]: null })
  })

  it('loses only the nested field of a reply that is given twice in two spellings', () => {
    const clash = { statusId: 1, StatusId: 2, other: 1, Other: 2, referenceNumber: 'A' }
    expect(replyOf({ PaymentInfo: clash }).PaymentInfo).toEqual({
      ...{ TransactionId: null, ReferenceNumber: 'A', StatusId: unreadable, TotalAmount: null },
    })
  })

  it('only an id of nothing but zeros is none', () => {
    const zeros = '00000000-0000-0000-0000-000000000000'
    for (const id of [`a${zeros}`, `${zeros}a`, '0'.repeat(31), '0'.repeat(37)])
      expect(replyOf({ TransactionId: id }).TransactionId, id).toBe(id)
  })

  it('a reply may have a byte order mark, a poll interval as text, and a __proto__ field', () => {
    expect(parseReply(`\uFEFF${sound}`)).toEqual(parseReply(sound))
    const paced = '{"ResultCode":200,"ProcessCartCheckIntervalMiliseconds":"2000"}'
    expect(parseReply(paced)).toMatchObject({ ProcessCartCheckIntervalMiliseconds: 2_000 })
    const always = '{"ResultCode":200,"ProcessCartCheckIntervalMiliseconds":0}'
    expect(parseReply(always)).toMatchObject({ ProcessCartCheckIntervalMiliseconds: 0 })
    for (const ms of [1e9, 1e12, '1000000000000']) {
      const slow = { ResultCode: 200, ProcessCartCheckIntervalMiliseconds: ms }
      expect(replyOf(slow)).toMatchObject({ ProcessCartCheckIntervalMiliseconds: 60_000 })
    }
    const trap = '{"__proto__":{"ResultCode":10200,"Success":true},"constructor":1}'
    expect(parseReply(trap)).toMatchObject({ ResultCode: null, Success: null })
  })

  it('reading a reply never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => void parseReply(body)))
  })
})
