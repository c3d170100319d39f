import { decimal, flag, name, pollInterval, readFields, text } from '../../fields.ts'
import type { Field, FieldsOf } from '../../fields.ts'
import { readObject } from '../../json-client.ts'

/** [netgiro] payment, status, capture, cancel, refund, validation-errors: one shape for all of them. */
export const envelopeFields = {
  /** First, for it must not be lost. */
  TransactionId: name,
  Success: flag,
  Message: text,
  Status: text,
  PollIntervalMs: pollInterval,
} satisfies Record<string, Field<unknown>>
export type Envelope = FieldsOf<typeof envelopeFields>

/** [netgiro] details: the page shows no Success; a refusal has the envelope of the others. */
export const detailsFields = {
  TransactionId: name,
  Success: flag,
  Status: text,
  TotalAmount: decimal,
} satisfies Record<string, Field<unknown>>
export type Details = FieldsOf<typeof detailsFields>

/** [netgiro] callbacks, V2. */
export const noticeFields = {
  TransactionId: name,
  ReferenceNumber: text,
  TotalAmount: decimal,
  Success: flag,
  Message: text,
} satisfies Record<string, Field<unknown>>
export type Notice = FieldsOf<typeof noticeFields>

/** Hostile input to what it says; null: it is no object, or contradicts itself. */
export const readEnvelope = (body: string) => read(envelopeFields, body)
export const readDetails = (body: string) => read(detailsFields, body)
export const readNotice = (body: string) => read(noticeFields, body)

function read<T extends Readonly<Record<string, Field<unknown>>>>(table: T, body: string) {
  const fields = readObject(body)
  return fields && readFields(table, fields)
}
