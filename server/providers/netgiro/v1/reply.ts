import { readJson } from '../../../json.ts'
import {
  decimal,
  flag,
  name,
  pollInterval,
  readFields,
  text,
  unreadable,
  whole,
} from '../../fields.ts'
import type { Field, FieldsOf } from '../../fields.ts'
import { pascalCased } from '../../json-client.ts'
import type { RawAnswer } from './client.ts'
import { isSignedBy } from '../signature.ts'

/** [netgiro] check-cart, PaymentInfo; what nothing depends on is not in it. */
export const paymentInfoFields = {
  /** "Identifier of the payment": beside the cart's, and not always the same. */
  TransactionId: name,
  ReferenceNumber: text,
  /** 1 unconfirmed, 2 confirmed, 5 canceled */
  StatusId: whole,
  TotalAmount: decimal,
} satisfies Record<string, Field<unknown>>
export type PaymentInfo = FieldsOf<typeof paymentInfoFields>

const paymentInfo: Field<PaymentInfo> = {
  documented: 'object',
  also: 'null, and camelCase',
  read(value) {
    const fields = pascalCased(value)
    return fields ? readFields(paymentInfoFields, fields) : unreadable
  },
}

/** [netgiro] insert-cart, check-cart, confirm-cart, cancel-cart: "Response body". All calls are read by this one table. */
export const replyFields = {
  /** [netgiro] insert-cart: "cart identifier used later for checking or canceling cart". First, for it must not be lost. */
  TransactionId: name,
  Success: flag,
  ResultCode: whole,
  PaymentSuccessful: flag,
  PaymentInfo: paymentInfo,
  // [netgiro] the name is spelled with one l, everywhere.
  ProcessCartCheckIntervalMiliseconds: pollInterval,
} satisfies Record<string, Field<unknown>>
export type Reply = FieldsOf<typeof replyFields>

/** [netgiro] request-protocol: "client should discard" an answer whose signature does not match. */
export function readReply(secret: string, answer: RawAnswer): Reply | null {
  const { body, bytes = body } = answer
  return isSignedBy(secret, { ...answer, body: bytes }) ? parseReply(body) : null
}

/**
 * Hostile input to a reply; null: it is no object, or contradicts itself. Signatures are the caller's business. Answers are
 * PascalCase as far as anyone has seen; camelCase is taken too, for the API accepts it itself.
 */
export function parseReply(body: string): Reply | null {
  const fields = pascalCased(readJson(body))
  return fields && readFields(replyFields, fields)
}
