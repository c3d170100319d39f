import { toJsonSchema } from '@valibot/to-json-schema'
import type { Handler } from 'hono'
import type { GenericSchema } from 'valibot'
import { eventTypes } from '../core/checkout.ts'
import { toProblem } from './problem.ts'
import type { ProblemCode } from '../protocol/index.ts'
import * as schemas from './schemas.ts'
import { etagOf, isKnown } from './etag.ts'

const components = {
  CreateRequest: schemas.createRequest,
  StartRequest: schemas.startRequest,
  CodeRequest: schemas.codeRequest,
  RefundRequest: schemas.refundRequest,
  EmptyRequest: schemas.emptyRequest,
  Refund: schemas.refund,
  Snapshot: schemas.snapshot,
  Checkout: schemas.checkout,
  CreatedCheckout: schemas.createdCheckout,
  CheckoutWithHistory: schemas.checkoutWithHistory,
  EventList: schemas.eventList,
  Webhook: schemas.webhook,
  Problem: schemas.problem,
} satisfies Record<string, GenericSchema>
type Component = keyof typeof components

/** Answers the document, which is written once: it is large, and anybody may ask for it. */
export function openApiRoute(publicUrl: string): Handler {
  const document = JSON.stringify(openApiDocument(publicUrl))
  const headers = { 'content-type': 'application/json', etag: etagOf(document) }
  return (c) =>
    isKnown(headers.etag, c.req.header('if-none-match'))
      ? c.body(null, 304, headers)
      : c.body(document, 200, headers)
}

/** The OpenAPI 3.1 document, made from the very schemas that the routes read with. */
const openApiDocument = (publicUrl: string) => ({
  openapi: '3.1.0',
  info: { title: 'netgiro-checkout', version: '1', description: 'Netgíró payments for any shop.' },
  servers: [{ url: publicUrl }],
  paths: {
    '/v1/session': { get: browser('Read the checkout', 200, 'Snapshot') },
    '/v1/session/start': {
      post: browser('Send the payment request to a payer', 202, 'Snapshot', 'StartRequest', [
        'invalid_phone',
        'invalid_national_id',
        'invalid_app_code',
        'checkout_closed',
        'attempt_open',
        'not_supported',
        'phone_busy',
        'too_little_time',
        'too_many_requests',
        'shutting_down',
      ]),
    },
    '/v1/session/code': {
      post: browser('Give the code from the SMS', 202, 'Snapshot', 'CodeRequest', [
        'invalid_code',
        'code_not_expected',
        'provider_unavailable',
      ]),
    },
    '/v1/session/cancel': {
      post: browser('Ask to cancel the request that is out', 202, 'Snapshot', 'EmptyRequest'),
    },
    '/v1/session/events': {
      get: {
        ...browser(
          'Every change, as server-sent events named `status` whose data is a Snapshot',
          200,
          'Snapshot',
        ),
        responses: {
          200: {
            description: 'The stream',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          204: { description: 'The client has seen the end' },
          ...refusals([
            'unknown_session',
            'origin_not_allowed',
            'too_many_requests',
            'too_many_streams',
            'shutting_down',
          ]),
        },
      },
    },
    '/v1/checkouts': {
      post: {
        ...merchant(
          'Create a checkout, or find the one that is there',
          201,
          'CreatedCheckout',
          'CreateRequest',
          [
            'reference_conflict',
            'idempotency_key_reused',
            'idempotency_key_in_use',
            'not_supported',
          ],
        ),
        parameters: [
          { name: 'Idempotency-Key', in: 'header', schema: { type: 'string', maxLength: 255 } },
        ],
      },
      get: {
        ...merchant('Find a checkout by its reference', 200, 'CheckoutWithHistory'),
        parameters: [
          { name: 'reference', in: 'query', required: true, schema: { type: 'string' } },
        ],
      },
    },
    '/v1/checkouts/{id}': {
      get: {
        ...merchant('Read a checkout', 200, 'CheckoutWithHistory'),
        parameters: [pathParameter('id')],
      },
    },
    '/v1/checkouts/{id}/cancel': {
      post: {
        ...merchant('Close a checkout', 200, 'CheckoutWithHistory', 'EmptyRequest'),
        parameters: [pathParameter('id')],
      },
    },
    '/v1/checkouts/{id}/sessions': {
      delete: {
        summary: 'End all sessions of a checkout',
        security: [{ merchant: [] }],
        parameters: [pathParameter('id')],
        responses: {
          204: { description: 'Ended' },
          ...refusals(['unauthorized', 'checkout_not_found', 'temporarily_unavailable']),
        },
      },
    },
    '/v1/checkouts/{id}/refunds': {
      post: {
        ...refundOperation(),
        parameters: [
          pathParameter('id'),
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: true,
            schema: { type: 'string', maxLength: 255 },
          },
        ],
      },
    },
    '/v1/events': {
      get: {
        ...merchant('Everything that was or will be told by webhook', 200, 'EventList'),
        parameters: [{ name: 'after', in: 'query', schema: { type: 'string' } }],
      },
    },
    '/v1/callbacks/{provider}/{token}': { post: callback('The payer approved') },
    '/v1/callbacks/{provider}/{token}/cancel': { post: callback('The request is over') },
    '/': {
      get: {
        summary: 'A page that says what this is',
        responses: { 200: { description: 'HTML' } },
      },
    },
    '/healthz': {
      get: { summary: 'The process is alive', responses: { 200: { description: 'Yes' } } },
    },
    '/readyz': {
      get: {
        summary: 'May it be sent traffic',
        responses: {
          200: { description: 'Yes; credentialsRefused: providers that do not let us in' },
          503: { description: 'No; reason: starting, shutting_down or database_not_writable' },
        },
      },
    },
    '/openapi.json': {
      get: { summary: 'This document', responses: { 200: { description: 'OpenAPI 3.1' } } },
    },
  },
  webhooks: {
    checkout: {
      post: {
        summary: 'What happened to a checkout, signed as Standard Webhooks 1.0.0',
        description: `\`type\` is one of ${eventTypes.join(', ')}; more may be added. \`checkout.refund_failed\` tells every end of a refund that gave no money back.`,
        requestBody: { content: json('Webhook') },
        responses: { 200: { description: 'Taken' } },
      },
    },
  },
  components: {
    securitySchemes: {
      session: { type: 'http', scheme: 'bearer', description: 'The session of one checkout' },
      merchant: { type: 'http', scheme: 'bearer', description: 'MERCHANT_API_KEY' },
    },
    schemas: Object.fromEntries(
      Object.entries(components).map(([name, schema]) => [
        name,
        toSchema(schema, name.endsWith('Request')),
      ]),
    ),
  },
})

/** Checks that JSON Schema has no word for (well-formed Unicode, control characters) are left to the server. */
function toSchema(schema: GenericSchema, isInput: boolean): object {
  const typeMode = isInput ? 'input' : 'output'
  const made = Object.entries(toJsonSchema(schema, { errorMode: 'ignore', typeMode }))
  return Object.fromEntries(made.filter(([key]) => key !== '$schema'))
}

const json = (name: Component) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${name}` } },
})

const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }

function refusals(codes: readonly ProblemCode[]): Record<number, object> {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codes) {
    const { status } = toProblem(code)
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      status,
      { description: same.join(', '), content: problem },
    ]),
  )
}

function operation(
  security: 'session' | 'merchant',
  summary: string,
  status: number,
  answer: Component,
  body: Component | undefined,
  codes: readonly ProblemCode[],
) {
  // What takes a body is written down, and the database may be in somebody else's hands.
  const bodyCodes: readonly ProblemCode[] = body
    ? ['invalid_request', 'unsupported_media_type', 'body_too_large', 'temporarily_unavailable']
    : []
  return {
    summary,
    security: [{ [security]: [] }],
    ...(body && { requestBody: { content: json(body) } }),
    responses: {
      [status]: { description: 'Done', content: json(answer) },
      ...refusals([...bodyCodes, ...codes, 'internal_error']),
    },
  }
}

function refundOperation() {
  const operation = merchant('Give money back', 201, 'Refund', 'RefundRequest', [
    'not_supported',
    'not_paid',
    'refund_too_large',
    'refund_refused',
    'idempotency_key_reused',
  ])
  const again = { description: 'The same key again', content: json('Refund') }
  const pending = {
    description: 'The provider has not said what became of it; a webhook tells its end',
    content: json('Refund'),
  }
  return { ...operation, responses: { ...operation.responses, 200: again, 202: pending } }
}

/** All operations behind one credential, with what each of them may be refused for. */
const operationsOf =
  (security: 'session' | 'merchant', always: readonly ProblemCode[]) =>
  (
    summary: string,
    status: number,
    answer: Component,
    body?: Component,
    codes: readonly ProblemCode[] = [],
  ) =>
    operation(security, summary, status, answer, body, [...always, ...codes])

const browser = operationsOf('session', ['unknown_session', 'origin_not_allowed'])
const merchant = operationsOf('merchant', ['unauthorized', 'checkout_not_found'])

const callback = (summary: string) => ({
  summary: `${summary}: makes us ask the provider, and decides nothing`,
  parameters: [pathParameter('provider'), pathParameter('token')],
  responses: {
    200: { description: 'Taken' },
    ...refusals([
      ...(['unauthorized', 'not_found', 'checkout_closed', 'body_too_large'] as const),
      ...(['provider_unavailable', 'temporarily_unavailable'] as const),
    ]),
  },
})

const pathParameter = (name: string) => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string' },
})
