import { Hono } from 'hono'
import { instrumentType, ucpSchema } from './ucp-schema.ts'

/** How Netgíró is described to agents. */
export interface UcpHandler {
  /** The handler's name, in a domain of the shop's. */
  readonly name: string
  readonly publicUrl: string
}

/** [ucp] the published version of the protocol that the description is valid for. */
const protocolVersion = '2026-04-08'
/** Of the handler: changes with its schema. */
const handlerVersion = '2026-11-27'

/**
 * Describes Netgíró as a payment handler of the Universal Commerce Protocol. Nothing here acts: a shop's server takes the phone
 * number from the agent, creates a checkout and starts it as a page would, and the shopper approves on the phone.
 */
export function ucpRoutes(handler: UcpHandler) {
  const routes = new Hono()
  const declaration = declarationOf(handler)
  const schema = ucpSchema(handler.publicUrl, handler.name)
  routes.get('/', (c) => c.html(specification(handler.name)))
  routes.get('/payment-handler.json', (c) => c.json(declaration))
  routes.get('/schema.json', (c) => c.json(schema))
  return routes
}

/** What the shop copies into `ucp.payment_handlers` of its profile. */
function declarationOf({ name, publicUrl }: UcpHandler) {
  const entry = {
    ...{ id: 'netgiro', version: handlerVersion },
    spec: `${publicUrl}/ucp`,
    schema: `${publicUrl}/ucp/schema.json`,
    available_instruments: [{ type: instrumentType }],
    config: { currency: 'ISK', user_flow: 'PUSH_MESSAGE' },
  }
  return { ucp: { version: protocolVersion, payment_handlers: { [name]: [entry] } } }
}

const specification = (name: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Netgíró payment handler</title>
<h1>${name}</h1>
<p>Netgíró sends a payment request to the shopper's phone, and the shopper approves it in the app of Netgíró. No call approves a payment.
<ol>
<li>The platform asks the shopper for the phone number, and submits an instrument of the type <code>${instrumentType}</code> with it.
<li>The business sends a payment request of its own amount to that phone. The checkout is <code>complete_in_progress</code>.
<li>The shopper compares shop and amount, and approves or declines on the phone.
<li>The checkout is <code>completed</code> once the money is captured, or <code>ready_for_complete</code> again.
</ol>
<p><a href="ucp/payment-handler.json">payment-handler.json</a>: the declaration. <a href="ucp/schema.json">schema.json</a>: config, instrument and credential.
</html>
`
