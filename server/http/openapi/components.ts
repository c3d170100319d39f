import { toJsonSchema } from '@valibot/to-json-schema'
import { is } from 'valibot'
import type { GenericSchema } from 'valibot'
import type { EventType } from '../../core/checkout.ts'
import * as requests from '../request-schemas.ts'
import * as responses from '../response-schemas.ts'
import { withMeanings } from './fields.ts'

const components = {
  CreateRequest: requests.createRequest,
  ActionRequest: requests.anyActionRequest,
  StartRequest: requests.startRequest,
  CodeRequest: requests.codeRequest,
  RefundRequest: requests.refundRequest,
  EmptyRequest: requests.emptyRequest,
  Refund: responses.refund,
  Snapshot: responses.snapshot,
  Checkout: responses.checkout,
  CreatedCheckout: responses.createdCheckout,
  CheckoutWithHistory: responses.checkoutWithHistory,
  EventList: responses.eventList,
  CaptureRequest: responses.captureRequest,
  CaptureDecision: responses.captureDecision,
  Problem: responses.problem,
} satisfies Record<string, GenericSchema>
type OneSchema = keyof typeof components
export type Component = OneSchema | 'Webhook' | 'Event'
export type RequestComponent = Extract<OneSchema, `${string}Request`>

/** Whether a request without a body is refused; it is read as an empty object. */
export const needsBody = (name: RequestComponent): boolean => !is(components[name], {})

/** `checkout.attempt_failed` → `CheckoutAttemptFailed`. */
const nameOf = (type: EventType): string =>
  type.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase())

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })

/** A union that programs can tell apart by `type`. */
const unionOf = (kind: 'Webhook' | 'Event') => ({
  oneOf: responses.eventSchemas.map(({ type }) => reference(nameOf(type) + kind)),
  discriminator: {
    propertyName: 'type',
    mapping: Object.fromEntries(
      responses.eventSchemas.map(({ type }) => [type, reference(nameOf(type) + kind).$ref]),
    ),
  },
})

const named: Readonly<Record<string, GenericSchema>> = {
  ...components,
  ...Object.fromEntries(
    responses.eventSchemas.flatMap(({ type, webhook, event }) => [
      [`${nameOf(type)}Webhook`, webhook],
      [`${nameOf(type)}Event`, event],
    ]),
  ),
}

/** What other schemas refer to instead of repeating it. */
const shared: Readonly<Record<string, GenericSchema>> = {
  Checkout: responses.checkout,
  Refund: responses.refund,
  Snapshot: responses.snapshot,
  Event: responses.event,
}

/** Leaves out checks that JSON Schema cannot express (well-formed Unicode, control characters). */
function toSchema(schema: GenericSchema, isInput: boolean): object {
  // A schema would only refer to itself.
  const others = Object.entries(shared).filter(([, one]) => one !== schema)
  const json = toJsonSchema(schema, {
    errorMode: 'ignore',
    typeMode: isInput ? 'input' : 'output',
    definitions: Object.fromEntries(others),
    overrideRef: ({ referenceId }) => reference(referenceId).$ref,
  })
  return Object.fromEntries(
    Object.entries(json).filter(([key]) => key !== '$schema' && key !== '$defs'),
  )
}

export const componentSchemas = (): Record<string, object> => ({
  ...Object.fromEntries(
    Object.entries(named).map(([name, schema]) => [
      name,
      withMeanings(toSchema(schema, name.endsWith('Request') && name !== 'CaptureRequest'), [name]),
    ]),
  ),
  Webhook: unionOf('Webhook'),
  Event: unionOf('Event'),
})
