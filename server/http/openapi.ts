import type { Handler } from 'hono'
import { eventTypes } from '../core/checkout.ts'
import { etagOf, isKnown } from './etag.ts'
import { componentSchemas } from './openapi/components.ts'
import { json } from './openapi/operations.ts'
import { browserPaths, callbackPaths, merchantPaths, serverPaths } from './openapi/paths.ts'

/** Serves the document, which is made once, when it is first asked for, because it is large and public. */
export function openApiRoute(publicUrl: string): Handler {
  const made = once(() => {
    const document = JSON.stringify(openApiDocument(publicUrl))
    return { document, headers: { 'content-type': 'application/json', etag: etagOf(document) } }
  })
  return (c) => {
    const { document, headers } = made()
    return isKnown(headers.etag, c.req.header('if-none-match'))
      ? c.body(null, 304, headers)
      : c.body(document, 200, headers)
  }
}

function once<T extends object>(make: () => T): () => T {
  let made: T | null = null
  return () => (made ??= make())
}

/** The OpenAPI 3.1 document, generated from the same schemas that validate the requests. */
export const openApiDocument = (publicUrl: string) => ({
  openapi: '3.1.0',
  info: {
    title: 'netgiro-checkout',
    version: '1',
    description: 'Netgíró payments for any shop.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: publicUrl }],
  tags: [
    { name: 'Browser', description: 'Called by the elements in the shopper’s browser' },
    { name: 'Shop', description: 'Called by the shop’s server' },
    { name: 'Provider', description: 'Called by the payment provider' },
    { name: 'Server', description: 'About this server' },
    { name: 'Webhooks', description: 'Sent to the shop’s server' },
  ],
  paths: { ...browserPaths(), ...merchantPaths(), ...callbackPaths(), ...serverPaths() },
  webhooks: webhooks(),
  components: {
    securitySchemes: {
      session: { type: 'http', scheme: 'bearer', description: 'The session of one checkout' },
      merchant: { type: 'http', scheme: 'bearer', description: 'MERCHANT_API_KEY' },
    },
    schemas: componentSchemas(),
  },
})

const signature = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
  ...{ name, in: 'header', required: true, schema: { type: 'string' } },
  description: 'Standard Webhooks 1.0.0',
}))

const webhooks = () => ({
  checkout: {
    post: {
      operationId: 'receiveWebhook',
      tags: ['Webhooks'],
      summary: 'An event of a checkout, signed according to Standard Webhooks 1.0.0',
      description: `\`type\` is one of ${eventTypes.join(', ')}; more may be added. \`checkout.refund_failed\` is sent whenever a refund ends without giving money back.`,
      security: [],
      parameters: signature,
      requestBody: { required: true, content: json('Webhook') },
      responses: {
        200: { description: 'Accepted' },
        410: {
          description: 'Nothing more is sent until an event is resent or the server restarts',
        },
      },
    },
  },
  captureApproval: {
    post: {
      operationId: 'approveCapture',
      tags: ['Webhooks'],
      summary: 'Asked at AUTHORIZE_URL before the money is taken, signed like an event',
      description:
        'Asked again under the same `webhook-id` by a server that ended before the answer was on its disk: give the same answer.',
      security: [],
      parameters: signature,
      requestBody: { required: true, content: json('CaptureRequest') },
      responses: {
        200: {
          description: 'The decision; a body that does not approve denies the capture',
          content: json('CaptureDecision'),
        },
        '4XX': { description: 'The capture is denied, as by any other answer below 500' },
        '5XX': {
          description:
            'AUTHORIZE_ON_TIMEOUT decides, as without an answer in time, unless the body denies the capture',
        },
      },
    },
  },
})
