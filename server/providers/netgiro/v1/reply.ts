import {
  decimal,
  flag,
  id,
  pollInterval,
  readFields,
  text,
  unreadable,
  whole,
} from '../../fields.ts'
import type { Field, FieldsOf } from '../../fields.ts'
import { headerOf } from '../../http-client.ts'
import type { HttpResponse } from '../../http-client.ts'
import { pascalCased, readObject } from '../../pascal-case.ts'
import { isSignedBy } from '../signature.ts'

/** [netgiro] check-cart, PaymentInfo: the fields that something depends on. */
export const paymentInfoFields = {
  /** "Identifier of the payment", which may differ from the cart's. */
  TransactionId: id,
  ReferenceNumber: text,
  /** 1 unconfirmed, 2 confirmed, 5 canceled */
  StatusId: whole,
  TotalAmount: decimal,
} satisfies Record<string, Field<unknown>>
export type PaymentInfo = FieldsOf<typeof paymentInfoFields>

const paymentInfo: Field<PaymentInfo> = (value) => {
  const fields = pascalCased(value)
  return fields ? readFields(paymentInfoFields, fields) : unreadable
}

/** [netgiro] insert-cart, check-cart, confirm-cart, cancel-cart: "Response body". One table for all calls. */
export const replyFields = {
  /** [netgiro] insert-cart: "cart identifier used later for checking or canceling cart". First, because it must not be lost. */
  TransactionId: id,
  Success: flag,
  ResultCode: whole,
  PaymentSuccessful: flag,
  PaymentInfo: paymentInfo,
  // [netgiro] the name is spelled with one l, everywhere.
  ProcessCartCheckIntervalMiliseconds: pollInterval,
} satisfies Record<string, Field<unknown>>
export type Reply = FieldsOf<typeof replyFields>

/** [netgiro] request-protocol: "client should discard" an answer whose signature does not match. */
export const readReply = (secret: string, response: HttpResponse): Reply | null =>
  isSigned(secret, response) ? parseReply(response.body) : null

export function isSigned(secret: string, response: HttpResponse): boolean {
  const { url, body, bytes } = response
  const signed = {
    url,
    nonce: headerOf(response, 'netgiro_nonce') ?? '',
    signature: headerOf(response, 'netgiro_signature') ?? '',
    // Where the body is not valid UTF-8, its text differs from what was signed.
    body: body.includes('\ufffd') ? bytes : body,
  }
  return isSignedBy(secret, signed)
}

/**
 * Parses an untrusted body; the caller verifies its signature. Null if it is not an object, or contradicts itself. Every
 * response seen so far is PascalCase; camelCase is read too, because the API accepts it itself.
 */
export function parseReply(body: string): Reply | null {
  const fields = readObject(body)
  return fields && readFields(replyFields, fields)
}
