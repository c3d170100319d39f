import fc from 'fast-check'
import { sign } from '../../../demo/simulator/signature.ts'
import type { FaultSpec } from '../../../demo/simulator/simulator.ts'
import type { Exchange } from '../recording-proxy.ts'
import { NetgiroRail } from './netgiro.ts'
import type { NetgiroApi } from './netgiro.ts'
import { parse } from './rail.ts'
import type {
  ProviderRequest,
  CallbackRequest,
  Payment,
  RailKind,
  ProviderClaim,
  RailFault,
} from './rail.ts'

const calls = ['InsertCart', 'CheckCart', 'ConfirmCart', 'CancelCart'] as const

/** Codes that report the state of a payment. */
const states: Readonly<Record<number, ProviderClaim['state']>> = {
  10200: 'paid',
  10203: 'paid',
  10201: 'canceled',
  10202: 'canceled',
  10302: 'canceled',
  10424: 'canceled',
  10425: 'waiting',
  10426: 'reserved',
  10428: 'awaiting_code',
  10429: 'reserved',
}

interface Reply {
  readonly ResultCode: number
  readonly TransactionId?: string | null
  readonly PaymentInfo?: {
    readonly TotalAmount: number
    readonly ReferenceNumber: string
    readonly StatusId: number
  } | null
}

function readRequest({ path, body }: Exchange): ProviderRequest | null {
  const fields = parse(body)
  if (path.endsWith('/InsertCart')) {
    return {
      to: 'start',
      reference: String(fields?.['Reference']),
      payer: String(fields?.['CustomerId']),
    }
  }
  if (path.endsWith('/CancelCart')) return { to: 'cancel', id: String(fields?.['TransactionId']) }
  if (!path.endsWith('/ConfirmCart')) return null
  const to = fields?.['Identifier'] === undefined ? 'confirm' : 'code'
  return { to, id: String(fields?.['TransactionId']) }
}

function readClaim({ path, body, answer }: Exchange): ProviderClaim | null {
  // An answer without its signature counts as none.
  if (!answer || !/^(?!0{64})[0-9a-f]{64}$/.test(answer.signature)) return null
  const reply = parse(answer.body) as Reply | null
  const asked = parse(body)
  // A refused request has no id.
  if (typeof reply?.TransactionId === 'string' && path.endsWith('/InsertCart'))
    return {
      ...{ id: reply.TransactionId, state: 'waiting', amount: null, reference: null },
      names: String(asked?.['Reference']),
    }
  const id = asked?.['TransactionId']
  if (!reply || typeof id !== 'string') return null
  const { ResultCode, PaymentInfo } = reply
  // [netgiro] cancel-cart: 10200 says that it is too late, for a reservation as well.
  const isVague = path.endsWith('/CancelCart') && ResultCode === 10200
  return {
    id,
    state: isVague ? null : (states[ResultCode] ?? null),
    amount: PaymentInfo?.TotalAmount ?? null,
    reference: PaymentInfo?.ReferenceNumber ?? null,
    proves: PaymentInfo?.StatusId === 2,
  }
}

function callbackFor(
  { id, reference, amount }: Payment,
  url: string,
  secret: string,
): CallbackRequest {
  const PaymentInfo = { TransactionId: id, ReferenceNumber: reference, TotalAmount: amount }
  const body = JSON.stringify({
    ...{ Success: true, ResultCode: 10200, PaymentSuccessful: true },
    PaymentInfo,
  })
  const nonce = '1'
  const signature = sign(secret, { nonce, url, body })
  return { body, headers: { netgiro_nonce: nonce, netgiro_signature: signature } }
}

export const v1 = (channel: NetgiroApi['channel']): NetgiroApi => ({
  channel,
  env: (upstream) => ({
    NETGIRO_API_URL: `${upstream}/v1`,
    NETGIRO_PARTNER_API_URL: `${upstream}/partner`,
  }),
  ...{ readRequest, readClaim, callbackFor },
  // A cart that is not there is over once CancelCart agrees.
  vital: ['CheckCart', 'ConfirmCart', 'CancelCart'],
})

const lossOf = (kinds: readonly FaultSpec['kind'][]) =>
  fc.record({
    call: fc.constantFrom(...calls),
    kind: fc.constantFrom(...kinds),
    times: fc.integer({ min: 1, max: 3 }),
    ms: fc.constantFrom(500, 3_000, 40_000),
    effect: fc.boolean(),
  })

/** Callbacks have the same faults with every API. */
export const callbackFaults: fc.Arbitrary<RailFault> = fc.record({
  call: fc.constant('Callback' as const),
  kind: fc.constantFrom('never', 'delay', 'duplicate', 'before_answer', 'forged'),
  times: fc.integer({ min: 1, max: 2 }),
  ms: fc.constantFrom(500, 4_000, 300_000),
})

export const refundFaults = (call: 'partner.refund' | 'v2.refund'): fc.Arbitrary<RailFault> =>
  fc.record({
    call: fc.constant(call),
    kind: fc.constantFrom(
      ...(['drop_before_effect', 'drop_after_effect', 'delay', 'delay_before_effect'] as const),
      ...(['http_500', 'html', 'bad_json', 'refuse'] as const),
    ),
    times: fc.integer({ min: 1, max: 3 }),
    ms: fc.constantFrom(500, 3_000, 40_000),
    effect: fc.boolean(),
  })

export const v1Faults: fc.Arbitrary<RailFault> = fc.oneof(
  { weight: 5, arbitrary: lossOf(['drop_before_effect', 'drop_after_effect']) },
  { weight: 2, arbitrary: lossOf(['delay', 'delay_before_effect']) },
  {
    weight: 2,
    arbitrary: lossOf(['http_500', 'html', 'bad_json', 'bad_signature', 'missing_signature']),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      call: fc.constantFrom('CheckCart' as const, 'ConfirmCart' as const, 'CancelCart' as const),
      kind: fc.constantFrom('wrong_amount' as const, 'wrong_reference' as const),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  // It lags behind, for a moment or for minutes.
  {
    weight: 2,
    arbitrary: fc.record({
      call: fc.constant('CheckCart' as const),
      kind: fc.constant('code' as const),
      code: fc.constantFrom(10201, 10304, 10424),
      times: fc.constantFrom(1, 2, 3, 60),
    }),
  },
  // It contradicts itself, or answers for another cart.
  {
    weight: 2,
    arbitrary: fc.record({
      call: fc.constantFrom('CheckCart' as const, 'ConfirmCart' as const),
      kind: fc.constantFrom(
        ...(['status_canceled', 'status_unconfirmed', 'no_payment_info', 'says_paid'] as const),
        ...(['reference_in_capitals', 'reference_with_space'] as const),
      ),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      call: fc.constant('CheckCart' as const),
      kind: fc.constant('other_cart' as const),
      cart: fc.constantFrom('0', '1'),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      call: fc.constantFrom('ConfirmCart' as const, 'CancelCart' as const),
      kind: fc.constant('code' as const),
      code: fc.constantFrom(10201, 10202, 10203, 400),
      effect: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ call: 'ConfirmCart', kind: 'other_amount', amount: 1 } as const),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ call: 'InsertCart', kind: 'same_transaction_id' } as const),
  },
  { weight: 1, arbitrary: fc.constant({ call: 'CheckCart', kind: 'stale' } as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      call: fc.constantFrom(...calls),
      kind: fc.constant('code' as const),
      code: fc.constantFrom(200, 400, 10200, 10201, 10202, 10203, 10302, 10424, 10425, 10426, 999),
      times: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 4, arbitrary: callbackFaults },
  { weight: 1, arbitrary: refundFaults('partner.refund') },
)

/** V1 as a web shop uses it. */
export const netgiroV1: RailKind = {
  confirmations: ['manual', 'automatic', 'callback'],
  calls: [...calls, '/partner/refund'],
  faults: v1Faults,
  refundFaults: refundFaults('partner.refund'),
  open: (options) => NetgiroRail.open(v1('web'), options),
}
