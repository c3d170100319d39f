import { randomUUID } from 'node:crypto'

import { firstHalf, maintenancePage } from '../simulator-kit/http.ts'
import { apiError, ResultCode } from './codes.ts'
import type { Corruption, Fault, V1Call } from './faults.ts'
import { failure, payment, type CartResponse, type PaymentInfo } from './responses.ts'
import { newNonce, sign } from './signature.ts'

/** The parts of a request that its response is signed with. */
export interface SignedRequest {
  readonly url: string
  readonly nonce: string
}

export interface Credentials {
  readonly appId: string
  readonly secretKey: string
}

/** [netgiro] request-protocol: a response has the same headers, a nonce of its own, and the id of the call. */
export function signedHeaders(
  { appId, secretKey }: Credentials,
  request: SignedRequest,
  body: string,
) {
  const nonce = newNonce(request.nonce)
  return {
    'content-type': 'application/json; charset=utf-8',
    netgiro_appkey: appId,
    netgiro_nonce: nonce,
    netgiro_signature: sign(secretKey, { nonce, url: request.url, body }),
    netgiro_referenceId: randomUUID(),
  }
}

export const unsigned = (response: CartResponse, status: 401 | 404 | 405 | 500): Response =>
  Response.json(response, { status })

/** @param cut - sends only the first half */
export function json(body: object, { status, cut }: { status: number; cut: boolean }): Response {
  const text = JSON.stringify(body)
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return new Response(cut ? firstHalf(text) : text, { status, headers })
}

/** The response of the fault `code`: shaped like the call's own failures, without a payment. */
export function codeResponse(call: V1Call, code: number): CartResponse {
  if (call === 'CheckCart' || call === 'ConfirmCart') return payment(code, null)
  const good: readonly number[] = [ResultCode.Success, ResultCode.PaymentCanceled]
  return { ...failure(apiError(code, 'Simulated.')), Success: good.includes(code) }
}

/** Responses of a proxy in front of Netgíró. */
export function proxyResponse(fault: Fault): Response | undefined {
  switch (fault.kind) {
    case 'http_500':
      return unsigned(failure(apiError(500, 'Error on request.')), 500)
    case 'html':
      return maintenancePage()
    case 'redirect':
      return new Response(null, { status: 308, headers: { location: fault.location } })
    default:
      return undefined
  }
}

/** Corrupts the payment in a response. */
export function corrupt(response: CartResponse, corruption: Corruption | undefined): CartResponse {
  const info = response.PaymentInfo
  if (!corruption || !info) return response
  return {
    ...response,
    PaymentInfo: corruption === 'no_payment_info' ? null : corruptPayment(info, corruption),
  }
}

function corruptPayment(
  info: PaymentInfo,
  corruption: Exclude<Corruption, 'no_payment_info'>,
): PaymentInfo {
  const { ReferenceNumber: reference } = info
  switch (corruption) {
    case 'wrong_amount':
      return { ...info, TotalAmount: info.TotalAmount + 1 }
    case 'wrong_reference':
      return { ...info, ReferenceNumber: `${reference}-X` }
    case 'reference_in_capitals':
      return { ...info, ReferenceNumber: reference.toUpperCase() }
    case 'reference_with_space':
      return { ...info, ReferenceNumber: `${reference} ` }
    case 'status_unconfirmed':
      return { ...info, StatusId: 1 }
    case 'status_canceled':
      return { ...info, StatusId: 5 }
  }
}

/** The response of `says_paid`: paid, without a PaymentInfo. */
export const saysPaid: CartResponse = {
  ...{ PaymentSuccessful: true, PaymentInfo: null, Success: true, Message: null },
  ResultCode: ResultCode.PaymentConfirmed,
}
