import { browser, idempotencyKey, json, merchant, pathParameter, problems } from './operations.ts'

const ofStart = [
  ...(['invalid_phone', 'invalid_national_id', 'invalid_app_code'] as const),
  ...(['checkout_closed', 'attempt_open', 'not_supported', 'phone_busy'] as const),
  ...(['too_little_time', 'too_many_requests', 'shutting_down'] as const),
] as const
const ofCode = ['invalid_code', 'code_not_expected', 'provider_unavailable'] as const

/** The calls of the shopper's browser. */
export const browserPaths = () => ({
  '/v1/session': {
    get: session(),
    post: browser('post', {
      id: 'act',
      summary:
        'Perform an action: the request body of start, code or cancel, and its name as `action`. One path for all, so that a browser sends one preflight',
      body: 'ActionRequest',
      responses: { 202: ['Same response as the path of that action', 'Snapshot'] },
      codes: [...ofStart, ...ofCode],
    }),
  },
  '/v1/session/start': {
    post: browser('post', {
      id: 'startPayment',
      summary: 'Send a payment request to the payer',
      body: 'StartRequest',
      responses: { 202: ['The request is on its way', 'Snapshot'] },
      codes: ofStart,
    }),
  },
  '/v1/session/code': {
    post: browser('post', {
      id: 'submitCode',
      summary: 'Submit the SMS code',
      body: 'CodeRequest',
      responses: { 202: ['The code was passed on', 'Snapshot'] },
      codes: ofCode,
    }),
  },
  '/v1/session/cancel': {
    post: browser('post', {
      id: 'cancelPayment',
      summary: 'Request cancellation of the open attempt',
      body: 'EmptyRequest',
      responses: { 202: ['The snapshot says what became of it', 'Snapshot'] },
    }),
  },
  '/v1/session/events': { get: eventStream() },
})

const ofStream = ['too_many_requests', 'too_many_streams', 'shutting_down'] as const
const streamContent = { 'text/event-stream': { schema: { type: 'string' } } }

/** What comes depends on the `Accept` header. */
function session() {
  const operation = browser('get', {
    id: 'getSession',
    summary:
      'Read the checkout; with `Accept: text/event-stream`, the stream of `/v1/session/events`',
    responses: {
      200: ['OK', 'Snapshot'],
      204: ['Event stream only: the client has already received the final status'],
    },
    codes: ofStream,
  })
  const ok = { description: 'OK', content: { ...json('Snapshot'), ...streamContent } }
  return { ...operation, responses: { ...operation.responses, 200: ok } }
}

function eventStream() {
  const operation = browser('get', {
    id: 'streamSession',
    summary: 'Server-sent events: one `status` event per change, whose data is a Snapshot',
    responses: { 204: ['The client has already received the final status'] },
    codes: ofStream,
  })
  const stream = { description: 'The stream', content: streamContent }
  return { ...operation, responses: { 200: stream, ...operation.responses } }
}

const id = pathParameter('id', 'The `id` of the checkout.')

/** The calls of the shop's backend. */
export const merchantPaths = () => ({
  '/v1/checkouts': {
    post: createCheckout(),
    get: findCheckout(),
  },
  '/v1/checkouts/{id}': {
    get: merchant('get', {
      id: 'getCheckout',
      summary: 'Read a checkout',
      parameters: [id],
      responses: { 200: ['OK', 'CheckoutWithHistory'] },
      codes: ['checkout_not_found'],
    }),
  },
  '/v1/checkouts/{id}/cancel': {
    post: merchant('post', {
      id: 'cancelCheckout',
      summary: 'Close a checkout',
      parameters: [id],
      body: 'EmptyRequest',
      responses: {
        200: ['Final: canceled, or paid if it was too late', 'CheckoutWithHistory'],
        202: ['An open request has no result yet; a webhook reports it', 'CheckoutWithHistory'],
      },
      codes: ['checkout_not_found'],
    }),
  },
  '/v1/checkouts/{id}/sessions': {
    delete: merchant('delete', {
      id: 'endSessions',
      summary: 'End all sessions of a checkout',
      parameters: [id],
      responses: { 204: ['Ended'] },
      codes: ['checkout_not_found'],
    }),
  },
  '/v1/checkouts/{id}/refunds': { post: refund() },
  '/v1/events': {
    get: merchant('get', {
      id: 'listEvents',
      summary: 'List events',
      parameters: [
        {
          ...{ name: 'after', in: 'query', schema: { type: 'string' }, example: '0' },
          description: 'The `cursor` of the page before; without it, the oldest event comes first.',
        },
      ],
      responses: { 200: ['OK', 'EventList'] },
      codes: ['invalid_request'],
    }),
  },
})

const createCheckout = () =>
  merchant('post', {
    id: 'createCheckout',
    summary: 'Create a checkout, or return the existing one',
    parameters: [idempotencyKey(false, '5f0c1d3e-7b1a-4c55-9d0e-2a6b8c4f7e19')],
    body: 'CreateRequest',
    responses: {
      200: ['The existing checkout, with a new session', 'CreatedCheckout'],
      201: ['Created', 'CreatedCheckout'],
    },
    codes: [
      ...(['reference_conflict', 'idempotency_key_reused', 'idempotency_key_in_use'] as const),
      'not_supported',
    ],
  })

const findCheckout = () =>
  merchant('get', {
    id: 'findCheckout',
    summary: 'Find a checkout by its reference',
    parameters: [
      {
        ...{ name: 'reference', in: 'query', required: true, schema: { type: 'string' } },
        description:
          'Your order number. Returned is the checkout that holds it: the newest one, or an earlier one that was paid or is in review.',
        example: 'WEB-1234',
      },
    ],
    responses: { 200: ['OK', 'CheckoutWithHistory'] },
    codes: ['invalid_request', 'checkout_not_found'],
  })

const refund = () =>
  merchant('post', {
    id: 'createRefund',
    summary: 'Create a refund',
    parameters: [id, idempotencyKey(true, 'return-77')],
    body: 'RefundRequest',
    responses: {
      200: ['Repeated with the same key', 'Refund'],
      201: ['Refunded', 'Refund'],
      202: ['Not settled by the provider yet; a webhook reports the result', 'Refund'],
    },
    codes: [
      ...(['checkout_not_found', 'not_supported', 'not_paid', 'refund_too_large'] as const),
      ...(['refund_refused', 'idempotency_key_reused'] as const),
    ],
  })

/** The calls of the provider. */
export const callbackPaths = () => ({
  '/v1/callbacks/{provider}/{token}': {
    post: callback('callbackApproved', 'Callback: the payer approved'),
  },
  '/v1/callbacks/{provider}/{token}/cancel': {
    post: callback('callbackEnded', 'Callback: the request ended'),
  },
})

const callback = (operationId: string, summary: string) => ({
  operationId,
  tags: ['Provider'],
  summary: `${summary}. Triggers a poll of the provider and decides nothing`,
  // The token in the path is the credential.
  security: [],
  parameters: [
    pathParameter('provider', 'Whose callback it is.'),
    pathParameter('token', 'Unguessable; of one attempt.'),
  ],
  responses: {
    200: { description: 'Accepted' },
    ...problems([
      ...(['unauthorized', 'not_found', 'checkout_closed', 'body_too_large'] as const),
      ...(['invalid_request', 'provider_unavailable', 'temporarily_unavailable'] as const),
      'internal_error',
    ]),
  },
})

const open = (operationId: string, summary: string, responses: object) => ({
  get: { operationId, tags: ['Server'], summary, security: [], responses },
})

/** What anybody may read. */
export const serverPaths = () => ({
  '/': open('getFrontPage', 'A page about this server', { 200: { description: 'HTML' } }),
  '/healthz': open('getHealth', 'Liveness probe', { 200: { description: 'Alive' } }),
  '/readyz': open('getReadiness', 'Readiness probe', {
    200: { description: 'Ready; credentialsRefused: providers that refuse our credentials' },
    503: { description: 'Not ready; reason: starting, shutting_down or database_not_writable' },
  }),
  '/.well-known/jwks.json': open('getReceiptKeys', 'The public keys of receipts', {
    200: { description: 'A JSON Web Key Set' },
  }),
  '/openapi.json': open('getOpenApi', 'This document', { 200: { description: 'OpenAPI 3.1' } }),
})
