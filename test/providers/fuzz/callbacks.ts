import { hash } from 'node:crypto'
import fc from 'fast-check'
import { soleOwner } from '../../../server/core/ownership.ts'
import { avarda } from '../../../server/providers/avarda/adapter.ts'
import { netgiro } from '../../../server/providers/netgiro/v1/adapter.ts'
import { netgiroV2 } from '../../../server/providers/netgiro/v2/adapter.ts'
import { sign } from '../../../server/providers/netgiro/signature.ts'
import { changeOf, changed, isObject, write, writings } from './change.ts'
import type { Change, Json, Writing } from './change.ts'
import { demand, demandMatch } from './demand.ts'

const id = '49888c9f-4f30-4d25-a4b9-899e756467fe'
const otherId = '9d6ffb92-2c6e-4c5f-9e0b-0a2f7c6c1d11'
const purchaseId = '19ac0d1ee909c302d212b4324d9194b5'
const url = 'https://shop.example/callbacks/1'
const permit = () => soleOwner.permit()
const netgiroAccount = { appId: 'app', secretKey: 'secret', previousSecretKey: 'former' }

/** None of them makes a call here. */
const providers = {
  V1: netgiro({ ...netgiroAccount, apiUrl: 'http://127.0.0.1:9/v1' }, 'callback', () => 1, permit),
  V2: netgiroV2({ ...netgiroAccount, apiUrl: 'http://127.0.0.1:9/v2' }, 'callback', permit),
  Avarda: avarda(
    {
      ...{ apiUrl: 'http://127.0.0.1:9', siteCode: 'site', sitePassword: 'password' },
      ...{ currency: null, scriptUrl: 'http://127.0.0.1:9/form.js' },
    },
    permit,
  ),
}
const apis = ['V1', 'V2', 'Avarda'] as const

/** Who signed the callback, and what: the body as it is sent, or the honest one, before it was changed. */
const signatures = ['as sent', 'former secret', 'before the changes', 'by nobody', 'none'] as const

export interface CallbackCase {
  readonly api: (typeof apis)[number]
  readonly isApproved: boolean
  readonly isSwapped: boolean
  readonly changes: readonly Change[]
  readonly signature: (typeof signatures)[number]
  readonly writing: Writing
}

const change = changeOf(
  [
    ...['TransactionId', 'ReferenceNumber', 'TotalAmount', 'Success', 'Message', 'ResultCode'],
    ...['PaymentSuccessful', 'PaymentInfo', 'PaymentInfo.TransactionId', 'PaymentInfo.StatusId'],
    ...['PaymentInfo.ReferenceNumber', 'PaymentInfo.TotalAmount', 'purchaseId'],
  ],
  {
    ...{
      Success: [true, false],
      Message: ['Success', 'Canceled'],
      'PaymentInfo.StatusId': [1, 2, 5],
    },
    ResultCode: [200, 400, 10200, 10201, 10203, 10425, 10426, 10429],
    purchaseId: [purchaseId, '', '../x', 'a b', 'x'.repeat(65)],
  },
)

export const callbackCase: fc.Arbitrary<CallbackCase> = fc.record({
  api: fc.constantFrom(...apis),
  isApproved: fc.boolean(),
  isSwapped: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  changes: fc.array(change, { maxLength: 3 }),
  signature: fc.constantFrom('as sent', 'as sent', 'as sent', ...signatures),
  writing: fc.oneof(
    { weight: 5, arbitrary: fc.constant('plain' as const) },
    fc.constantFrom(...writings),
  ),
})

/** [netgiro] callback, V1 and V2; [avarda] server-side-callback: what an honest provider sends. */
function honest({ api, isApproved }: CallbackCase, isOther: boolean): Json {
  const TransactionId = isOther ? otherId : id
  const [ReferenceNumber, TotalAmount] = isOther
    ? ['WEB-2-p9w3z8ya', 1_990]
    : ['WEB-1-k4m7r2xq', 12_990]
  if (api === 'Avarda') return { purchaseId: isOther ? '0'.repeat(32) : purchaseId }
  if (api === 'V2') {
    const Message = isApproved ? 'Success' : 'Canceled'
    return { Success: isApproved, Message, TransactionId, ReferenceNumber, TotalAmount }
  }
  const PaymentInfo = {
    ...{ TransactionId, ReferenceNumber, TotalAmount, InvoiceNumber: 1234 },
    ...{ StatusId: isApproved ? 1 : 5, Created: '2020-01-22T13:21:29' },
  }
  const ResultCode = isApproved ? 10429 : 10201
  return { PaymentSuccessful: false, PaymentInfo, Success: true, Message: null, ResultCode }
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** What the signature of each API covers. */
function signatureOf(api: 'V1' | 'V2', secret: string, answer: Json, body: string): string {
  if (api === 'V1') return sign(secret, '1', url, body)
  const { TransactionId, TotalAmount } = answer
  return hash('sha256', `${secret}${String(TransactionId)}${String(TotalAmount)}`, 'hex')
}

function sentOf(one: CallbackCase) {
  const [own, other] = [honest(one, false), honest(one, true)]
  const answer = one.isSwapped ? changed(other, own, one.changes) : changed(own, other, one.changes)
  const text = write(answer, one.writing)
  const headers = new Headers()
  if (one.api !== 'Avarda' && one.signature !== 'none') {
    const secrets = { 'former secret': 'former', 'by nobody': 'guessed' } as const
    const secret =
      one.signature in secrets ? secrets[one.signature as keyof typeof secrets] : 'secret'
    const covered = one.signature === 'before the changes' ? own : answer
    const body = one.signature === 'before the changes' ? write(own, 'plain') : text
    const signature = signatureOf(one.api, secret, covered, body)
    headers.set(one.api === 'V1' ? 'netgiro_signature' : 'x-netgiro-signature', signature)
    headers.set('netgiro_nonce', '1')
  }
  return { own, answer, text, callback: { url, headers, body: Buffer.from(text) } }
}

/** Whether what the signature covers is still what was signed. */
function isProven(one: CallbackCase, { own, answer, text }: ReturnType<typeof sentOf>): boolean {
  if (one.signature === 'by nobody' || one.signature === 'none') return false
  if (one.signature !== 'before the changes') return true
  if (one.api === 'V1') return text === write(own, 'plain')
  return (
    answer['TransactionId'] === own['TransactionId'] && answer['TotalAmount'] === own['TotalAmount']
  )
}

export function judgeCallback(one: CallbackCase): void {
  const sent = sentOf(one)
  const ids = providers[one.api].parseCallback(sent.callback)
  if (one.api === 'Avarda') {
    const named = sent.answer['purchaseId']
    const isName = isText(named) && /^[A-Za-z0-9]{1,64}$/.test(named)
    if (ids) demandMatch(ids, { providerRef: named, saysApproved: false, signed: false })
    demand(!ids || isName, 'it names no purchase', ids)
    return
  }
  if (!isProven(one, sent)) {
    demand(ids === null, 'a forged callback is believed', ids)
    return
  }
  if (one.api === 'V1') judgeV1(one, sent.answer, ids)
  else judgeV2(one, sent.answer, ids)
}

type Ids = ReturnType<(typeof providers)['V1']['parseCallback']>
const approvals = [10200, 10203, 10426, 10429]

/** The URL identifies the attempt: a signed callback is never lost, whatever its body has become. */
function judgeV1({ writing }: CallbackCase, answer: Json, ids: Ids): void {
  demandMatch(ids, { providerRef: null, signed: true })
  if (!ids) return
  const info = isObject(answer['PaymentInfo']) ? answer['PaymentInfo'] : {}
  if (ids.saysApproved) {
    demand(writing !== 'twice', 'a contradiction is believed', answer)
    demand(answer['Success'] === true, 'Success is not true', answer)
    demand(approvals.includes(Number(answer['ResultCode'])), 'no approval', answer)
    demand(info['StatusId'] !== 5, 'StatusId says canceled', answer)
  }
  demand([null, info['ReferenceNumber']].includes(ids.reference), 'another reference', ids)
  demand([null, info['TransactionId']].includes(ids.paymentRef), 'another payment', ids)
}

function judgeV2({ writing }: CallbackCase, answer: Json, ids: Ids): void {
  const { TransactionId, TotalAmount, ReferenceNumber, Success, Message } = answer
  const isReadable =
    isText(TransactionId) && /^[!-~]{1,200}$/.test(TransactionId) && Number.isFinite(TotalAmount)
  if (writing === 'twice' || !isReadable) {
    demand(ids === null, 'it cannot be proven', ids)
    return
  }
  demandMatch(ids, { providerRef: TransactionId, paymentRef: null, signed: true })
  if (!ids) return
  if (ids.saysApproved)
    demand(Success === true && Message !== 'Canceled', 'it says no approval', answer)
  demand([null, ReferenceNumber].includes(ids.reference), 'another reference', ids)
}
