import { toJsonSchema } from '@valibot/to-json-schema'
import type { Handler } from 'hono'
import type { GenericSchema } from 'valibot'
import { eventTypes } from '../core/checkout.ts'
import { toProblem } from './problem.ts'
import type { ProblemCode } from '../protocol/index.ts'
import * as requests from './request-schemas.ts'
import * as responses from './response-schemas.ts'
import { etagOf, isKnown } from './etag.ts'

const components = {
  CreateRequest: requests.createRequest,
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
  Webhook: responses.webhook,
  Problem: responses.problem,
} satisfies Record<string, GenericSchema>
type Component = keyof typeof components

/** Serves the document, which is serialized once because it is large and public. */
export function openApiRoute(publicUrl: string): Handler {
  const document = JSON.stringify(openApiDocument(publicUrl))
  const headers = { 'content-type': 'application/json', etag: etagOf(document) }
  return (c) =>
    isKnown(headers.etag, c.req.header('if-none-match'))
      ? c.body(null, 304, headers)
      : c.body(document, 200, headers)
}

/** The OpenAPI 3.1 document, generated from the same schemas that validate the requests. */
const openApiDocument = (publicUrl: string) => ({
  openapi: '3.1.0',
  info: { title: 'netgiro-checkout', version: '1', description: 'Netgíró payments for any shop.' },
  servers: [{ url: publicUrl }],
  paths: {
    ...browserPaths(),
    ...merchantPaths(),
    '/v1/callbacks/{provider}/{token}': { post: callback('Callback: the payer approved') },
    '/v1/callbacks/{provider}/{token}/cancel': { post: callback('Callback: the request ended') },
    ...serverPaths(),
  },
  webhooks: {
    checkout: {
      post: {
        summary: 'An event of a checkout, signed according to Standard Webhooks 1.0.0',
        description: `\`type\` is one of ${eventTypes.join(', ')}; more may be added. \`checkout.refund_failed\` is sent whenever a refund ends without giving money back.`,
        requestBody: { content: json('Webhook') },
        responses: { 200: { description: 'Accepted' } },
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

const browserPaths = () => ({
  '/v1/session': { get: browser('Read the checkout', 200, 'Snapshot') },
  '/v1/session/start': {
    post: browser('Send a payment request to the payer', 202, 'Snapshot', 'StartRequest', [
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
    post: browser('Submit the SMS code', 202, 'Snapshot', 'CodeRequest', [
      'invalid_code',
      'code_not_expected',
      'provider_unavailable',
    ]),
  },
  '/v1/session/cancel': {
    post: browser('Request cancellation of the open attempt', 202, 'Snapshot', 'EmptyRequest'),
  },
  '/v1/session/events': { get: eventStream() },
})

function eventStream() {
  const summary = 'Server-sent events: one `status` event per change, whose data is a Snapshot'
  return {
    ...browser(summary, 200, 'Snapshot'),
    responses: {
      200: {
        description: 'The stream',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      204: { description: 'The client has already received the final status' },
      ...problems([
        'unknown_session',
        'origin_not_allowed',
        'too_many_requests',
        'too_many_streams',
        'shutting_down',
      ]),
    },
  }
}

const merchantPaths = () => ({
  '/v1/checkouts': {
    post: {
      ...merchant(
        'Create a checkout, or return the existing one',
        201,
        'CreatedCheckout',
        'CreateRequest',
        ['reference_conflict', 'idempotency_key_reused', 'idempotency_key_in_use', 'not_supported'],
      ),
      parameters: [idempotencyKey(false)],
    },
    get: {
      ...merchant('Find a checkout by its reference', 200, 'CheckoutWithHistory'),
      parameters: [{ name: 'reference', in: 'query', required: true, schema: { type: 'string' } }],
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
        ...problems(['unauthorized', 'checkout_not_found', 'temporarily_unavailable']),
      },
    },
  },
  '/v1/checkouts/{id}/refunds': {
    post: {
      ...refundOperation(),
      parameters: [pathParameter('id'), idempotencyKey(true)],
    },
  },
  '/v1/events': {
    get: {
      ...merchant('List events', 200, 'EventList'),
      parameters: [{ name: 'after', in: 'query', schema: { type: 'string' } }],
    },
  },
})

const serverPaths = () => ({
  '/': {
    get: { summary: 'A page about this server', responses: { 200: { description: 'HTML' } } },
  },
  '/healthz': {
    get: { summary: 'Liveness probe', responses: { 200: { description: 'Alive' } } },
  },
  '/readyz': {
    get: {
      summary: 'Readiness probe',
      responses: {
        200: { description: 'Ready; credentialsRefused: providers that refuse our credentials' },
        503: { description: 'Not ready; reason: starting, shutting_down or database_not_writable' },
      },
    },
  },
  '/openapi.json': {
    get: { summary: 'This document', responses: { 200: { description: 'OpenAPI 3.1' } } },
  },
})

/** Leaves out checks that JSON Schema cannot express (well-formed Unicode, control characters). */
function toSchema(schema: GenericSchema, isInput: boolean): object {
  const typeMode = isInput ? 'input' : 'output'
  const entries = Object.entries(toJsonSchema(schema, { errorMode: 'ignore', typeMode }))
  return Object.fromEntries(entries.filter(([key]) => key !== '$schema'))
}

const json = (name: Component) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${name}` } },
})

const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }

function problems(codes: readonly ProblemCode[]): Record<number, object> {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codes) {
    const { status } = toProblem(code)
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, sameStatus]) => [
      status,
      { description: sameStatus.join(', '), content: problem },
    ]),
  )
}

function operation(
  security: 'session' | 'merchant',
  summary: string,
  status: number,
  response: Component,
  body: Component | undefined,
  codes: readonly ProblemCode[],
) {
  // A request with a body writes to the database, which another process may have locked.
  const bodyCodes: readonly ProblemCode[] = body
    ? ['invalid_request', 'unsupported_media_type', 'body_too_large', 'temporarily_unavailable']
    : []
  return {
    summary,
    security: [{ [security]: [] }],
    ...(body && { requestBody: { content: json(body) } }),
    responses: {
      [status]: { description: 'OK', content: json(response) },
      ...problems([...bodyCodes, ...codes, 'internal_error']),
    },
  }
}

function refundOperation() {
  const operation = merchant('Create a refund', 201, 'Refund', 'RefundRequest', [
    'not_supported',
    'not_paid',
    'refund_too_large',
    'refund_refused',
    'idempotency_key_reused',
  ])
  const repeated = { description: 'Repeated with the same key', content: json('Refund') }
  const pending = {
    description: 'Not settled by the provider yet; a webhook reports the result',
    content: json('Refund'),
  }
  return { ...operation, responses: { ...operation.responses, 200: repeated, 202: pending } }
}

/** Operations that need one credential, with the problems that each may return. */
const operationsOf =
  (security: 'session' | 'merchant', common: readonly ProblemCode[]) =>
  (
    summary: string,
    status: number,
    response: Component,
    body?: Component,
    codes: readonly ProblemCode[] = [],
  ) =>
    operation(security, summary, status, response, body, [...common, ...codes])

const browser = operationsOf('session', ['unknown_session', 'origin_not_allowed'])
const merchant = operationsOf('merchant', ['unauthorized', 'checkout_not_found'])

const callback = (summary: string) => ({
  summary: `${summary}. Triggers a poll of the provider and decides nothing`,
  parameters: [pathParameter('provider'), pathParameter('token')],
  responses: {
    200: { description: 'Accepted' },
    ...problems([
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

const idempotencyKey = (required: boolean) => ({
  name: 'Idempotency-Key',
  in: 'header',
  ...(required && { required }),
  schema: { type: 'string', maxLength: 255 },
})
