import { decimal, flag, id, pollInterval, readFields, text } from '../../fields.ts'
import type { Field, FieldsOf } from '../../fields.ts'
import { readObject } from '../../pascal-case.ts'

/** [netgiro] payment, status, capture, cancel, refund, validation-errors: one shape for all of them. */
export const envelopeFields = {
  /** First, because it must not be lost. */
  TransactionId: id,
  Success: flag,
  Message: text,
  Status: text,
  PollIntervalMs: pollInterval,
} satisfies Record<string, Field<unknown>>
export type Envelope = FieldsOf<typeof envelopeFields>

/** [netgiro] details: the page shows no Success; a refusal has the envelope of the others. */
export const detailsFields = {
  TransactionId: id,
  Success: flag,
  Status: text,
  TotalAmount: decimal,
} satisfies Record<string, Field<unknown>>
export type Details = FieldsOf<typeof detailsFields>

/** [netgiro] callbacks, V2. */
export const callbackFields = {
  TransactionId: id,
  ReferenceNumber: text,
  TotalAmount: decimal,
  Success: flag,
  Message: text,
} satisfies Record<string, Field<unknown>>
export type CallbackBody = FieldsOf<typeof callbackFields>

/** Parse an untrusted body. Null if it is not an object, or contradicts itself. */
export const readEnvelope = (body: string) => read(envelopeFields, body)
export const readDetails = (body: string) => read(detailsFields, body)
export const readCallback = (body: string) => read(callbackFields, body)

function read<T extends Readonly<Record<string, Field<unknown>>>>(table: T, body: string) {
  const fields = readObject(body)
  return fields && readFields(table, fields)
}
