import fc from 'fast-check'
import { signV2 } from '../../../demo/simulator/v2/callbacks.ts'
import type { FaultSpec } from '../../../demo/simulator/simulator.ts'
import type { Exchange } from '../recording-proxy.ts'
import { NetgiroRail, refundIn } from './netgiro.ts'
import type { NetgiroApi } from './netgiro.ts'
import { callbackFaults, refundFaults } from './netgiro-v1.ts'
import { parse } from './rail.ts'
import type {
  ProviderRequest,
  CallbackRequest,
  Payment,
  RailKind,
  ProviderClaim,
  RailFault,
} from './rail.ts'

const calls = ['v2.payment', 'v2.status', 'v2.capture', 'v2.cancel', 'v2.details'] as const

/** The values of `status` and of `details`, which differ. */
const states: Readonly<Record<string, ProviderClaim['state']>> = {
  Pending: 'waiting',
  Authorized: 'reserved',
  Confirmed: 'paid',
  Cancelled: 'canceled',
  unpaid: 'waiting',
  reservation: 'reserved',
  paid: 'paid',
  canceled: 'canceled',
}

function readRequest(exchange: Exchange): ProviderRequest | null {
  const { path, body } = exchange
  const fields = parse(body)
  switch (path) {
    case '/v2/checkout/payment':
      return {
        to: 'start',
        reference: String(fields?.['Reference']),
        payer: String(fields?.['CustomerIdentifier']),
      }
    case '/v2/transaction/capture':
      return { to: 'confirm', id: String(fields?.['TransactionId']) }
    case '/v2/transaction/cancel':
      return { to: 'cancel', id: String(fields?.['TransactionId']) }
    case '/v2/transaction/refund':
      return refundIn(exchange)
    default:
      return null
  }
}

function readClaim({ path, body, answer }: Exchange): ProviderClaim | null {
  const reply = answer?.status === 200 ? parse(answer.body) : null
  const id = reply?.['TransactionId']
  if (!reply || typeof id !== 'string') return null
  if (path === '/v2/checkout/payment')
    return {
      ...{ id, state: 'waiting', amount: null, reference: null },
      names: String(parse(body)?.['Reference']),
    }
  const amount = reply['TotalAmount']
  return {
    id,
    state: states[String(reply['Status'])] ?? null,
    amount: typeof amount === 'number' ? amount : null,
    reference: null,
    // Of the two answers that prove a payment together it is the one with the amount.
    ...(typeof amount === 'number' && { proves: true }),
  }
}

function callbackFor(
  { id, reference, amount }: Payment,
  _: string,
  secret: string,
): CallbackRequest {
  const fields = { TransactionId: id, ReferenceNumber: reference, TotalAmount: amount }
  return {
    body: JSON.stringify({ Success: true, Message: 'Success', ...fields }),
    headers: { 'X-Netgiro-Signature': signV2(secret, id, amount) },
  }
}

const v2: NetgiroApi = {
  channel: 'web',
  env: (upstream) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: `${upstream}/v2` }),
  ...{ readRequest, readClaim, callbackFor },
  vital: ['v2.status', 'v2.details', 'v2.capture'],
}

const lossOf = (kinds: readonly FaultSpec['kind'][]) =>
  fc.record({
    call: fc.constantFrom(...calls),
    kind: fc.constantFrom(...kinds),
    times: fc.integer({ min: 1, max: 3 }),
    ms: fc.constantFrom(500, 3_000, 40_000),
    effect: fc.boolean(),
  })

const faults: fc.Arbitrary<RailFault> = fc.oneof(
  { weight: 5, arbitrary: lossOf(['drop_before_effect', 'drop_after_effect']) },
  { weight: 2, arbitrary: lossOf(['delay', 'delay_before_effect']) },
  { weight: 2, arbitrary: lossOf(['http_500', 'html', 'bad_json']) },
  { weight: 1, arbitrary: lossOf(['refuse']) },
  { weight: 1, arbitrary: fc.constant({ call: 'v2.details', kind: 'wrong_amount' } as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      call: fc.constantFrom('v2.status' as const, 'v2.details' as const),
      kind: fc.constantFrom('stale' as const, 'says_paid' as const, 'other_cart' as const),
      cart: fc.constantFrom('0', '1'),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ call: 'v2.capture', kind: 'other_amount', amount: 1 } as const),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ call: 'v2.payment', kind: 'same_transaction_id' } as const),
  },
  { weight: 4, arbitrary: callbackFaults },
  { weight: 1, arbitrary: refundFaults('v2.refund') },
)

/** V2 as a web shop uses it. */
export const netgiroV2: RailKind = {
  confirmations: ['manual', 'automatic', 'callback'],
  calls: [
    ...['/checkout/payment', '/checkout/status', '/transaction/details'],
    ...['/transaction/capture', '/transaction/cancel', '/transaction/refund'],
  ],
  faults,
  refundFaults: refundFaults('v2.refund'),
  open: (options) => NetgiroRail.open(v2, options),
}
