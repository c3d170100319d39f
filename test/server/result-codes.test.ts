import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseReply, readReply } from '../../server/providers/netgiro/client.ts'
import type { Reply } from '../../server/providers/netgiro/client.ts'
import { meaningOf } from '../../server/providers/netgiro/result-codes.ts'
import type { Question } from '../../server/providers/netgiro/result-codes.ts'
import { sign } from '../../server/providers/netgiro/signature.ts'

const calls: readonly Question[] = [
  'InsertCart',
  'CheckCart',
  'ConfirmCart',
  'GiveCode',
  'CancelCart',
]
const documented = [
  200, 400, 500, 10200, 10201, 10202, 10203, 10302, 10304, 10305, 10306, 10307, 10422, 10423, 10424,
  10425, 10426, 10427, 10428, 10429,
]

/** Written by hand from the documents, beside the table of the adapter: everything that is not here must be unknown. */
const expected = new Set([
  ...both('InsertCart 200 S', 'requested'),
  ...[10302, 10307, 10422, 10423].flatMap((code) =>
    both(`InsertCart ${code} s`, 'refused declined'),
  ),
  ...[10306, 10304, 10427, 400, 10305].flatMap((code) =>
    both(`InsertCart ${code} s`, 'refused failed'),
  ),
  'CheckCart 10200 S P → paid',
  'CheckCart 10203 S P → paid',
  'CheckCart 10425 S p → pending awaiting_shopper',
  'CheckCart 10428 S p → pending awaiting_code',
  'CheckCart 10426 S p → approved confirm',
  'CheckCart 10429 S p → approved callback_answer',
  'CheckCart 10201 S p → ended cancel vague',
  ...either('CheckCart 10202', 'p → ended cancel'),
  ...[10424, 10304].flatMap((code) => either(`CheckCart ${code}`, 'p → ended cancel vague')),
  ...[10306, 10302, 10307, 10422, 10423].flatMap((code) =>
    either(`CheckCart ${code}`, 'p → ended decline'),
  ),
  'ConfirmCart 10200 S P → paid',
  ...either('ConfirmCart 10203', 'P → paid'),
  ...[10201, 10202].flatMap((code) => either(`ConfirmCart ${code}`, 'p → ended cancel')),
  'GiveCode 10200 S P → paid',
  ...either('GiveCode 10203', 'P → paid'),
  'GiveCode 10426 S p → approved confirm',
  ...[400, 10428].flatMap((code) => either(`GiveCode ${code}`, 'p → code_refused')),
  ...[10201, 10202].flatMap((code) => either(`GiveCode ${code}`, 'p → ended cancel')),
  ...both('CancelCart 10201 S', 'ended cancel'),
  ...['S', 's'].flatMap((success) => both(`CancelCart 10202 ${success}`, 'ended cancel')),
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

function read(call: Question, code: number, success: boolean, paymentSuccessful: boolean): string {
  const reply: Reply = {
    Success: success,
    ResultCode: code,
    PaymentSuccessful: paymentSuccessful,
    TransactionId: 't',
  }
  const fact = meaningOf(call, reply, 'ref')
  const words: string[] = [fact.type]
  if (fact.type === 'refused') words.push(fact.outcome)
  if (fact.type === 'pending') words.push(fact.next)
  if (fact.type === 'approved') words.push(fact.awaits)
  if (fact.type === 'ended') words.push(fact.by, ...(fact.vague ? ['vague'] : []))
  return `${call} ${code} ${success ? 'S' : 's'} ${paymentSuccessful ? 'P' : 'p'} → ${words.join(' ')}`
}

const flags = [true, false]

describe('what an answer means', () => {
  it('is as documented for every call, code, Success and PaymentSuccessful, and unknown for all others', () => {
    const all = calls.flatMap((call) =>
      documented.flatMap((code) => flags.flatMap((s) => flags.map((p) => read(call, code, s, p)))),
    )
    expect(all).toHaveLength(5 * 20 * 4)
    expect(new Set(all.filter((line) => !line.endsWith('unknown')))).toEqual(expected)
  })

  it('is unknown for codes that nobody documented', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...calls),
        fc.integer().filter((code) => !documented.includes(code)),
        fc.boolean(),
        fc.boolean(),
        (call, code, success, paid) => {
          expect(read(call, code, success, paid)).toMatch(/unknown$/)
        },
      ),
    )
  })

  it('says that a lost call may have had an effect, unless it only asked', () => {
    const effects = calls.map((call) => meaningOf(call, { Success: true, ResultCode: 1 }, null))
    expect(effects.map((fact) => fact.type === 'unknown' && fact.effect)).toEqual([
      true,
      false,
      true,
      true,
      true,
    ])
  })

  it('is unknown for an accepted InsertCart that names no cart', () => {
    expect(meaningOf('InsertCart', { Success: true, ResultCode: 200 }, null).type).toBe('unknown')
  })

  it('carries amount and reference, whether the amount is written 1990 or 1990.0', () => {
    const body =
      '{"Success":true,"ResultCode":10200,"PaymentSuccessful":true,"PaymentInfo":{"TotalAmount":1990.0,"ReferenceNumber":"A"}}'
    const reply = parseReply(body)
    expect(reply && meaningOf('CheckCart', reply, null)).toMatchObject({
      type: 'paid',
      payment: { amount: 1990, reference: 'A' },
    })
  })
})

describe('reading an answer', () => {
  const sound = '{"Success":true,"ResultCode":10425,"PaymentSuccessful":false,"PaymentInfo":null}'
  const signed = (body: string) => ({
    url: 'https://x/v1/Checkout/CheckCart',
    body,
    nonce: '1',
    signature: sign('secret', '1', 'https://x/v1/Checkout/CheckCart', body),
    referenceId: null,
  })

  it('takes one that is signed over nonce, url and body', () => {
    expect(readReply('secret', signed(sound))).toMatchObject({ ResultCode: 10425 })
  })

  it('discards one whose signature does not match, or that has none', () => {
    expect(
      readReply('secret', { ...signed(sound), body: sound.replace('10425', '10200') }),
    ).toBeNull()
    expect(readReply('secret', { ...signed(sound), signature: '' })).toBeNull()
  })

  it('takes camelCase too', () => {
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
    ['a code in quotes', '{"Success":true,"ResultCode":"10200"}'],
    ['a Success that is no boolean', '{"Success":"true","ResultCode":10200}'],
    [
      'an amount in quotes',
      '{"Success":true,"ResultCode":10200,"PaymentInfo":{"TotalAmount":"1990"}}',
    ],
    ['a fractional code', '{"Success":true,"ResultCode":10200.5}'],
  ])('makes nothing of %s', (_, body) => {
    expect(parseReply(body)).toBeNull()
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => void parseReply(body)))
  })
})
