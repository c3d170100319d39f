import type { ElementDoc } from './read-element.ts'
import { tablesOf } from './tables.ts'

const introduction = `# netgiro-checkout

> Take Netgíró payments in a web shop in Iceland: web components for the shop's page, and a small server of the shop's own
> (a backend-for-frontend, BFF) that talks to the provider.

How a shop takes a payment:

1. The shop's server creates a checkout: \`POST {BFF}/v1/checkouts\` with \`Authorization: Bearer {MERCHANT_API_KEY}\` and
   \`{"reference": "WEB-1234", "amount": 12990, "currency": "ISK"}\`. The amount is an integer in the minor unit; ISK has
   none. The answer has \`session\`, which is for the browser of this shopper only.
2. The page shows \`<netgiro-checkout session="cs_…"></netgiro-checkout>\`, with the script
   \`<script type="module" src="{BFF}/netgiro-checkout.js"></script>\` or \`import 'netgiro-checkout/define'\` and a
   \`server="{BFF}"\` attribute.
3. The shop's server learns of the payment by a signed webhook (\`checkout.paid\`, Standard Webhooks). An event in the
   browser is never proof of payment. The MERCHANT_API_KEY never reaches a browser.

In React: \`import { NetgiroCheckout } from 'netgiro-checkout/react'\`, with \`onPaid\` and the other events as props.
In other frameworks the events are \`netgiro-paid\` and so on; types: \`import type {} from 'netgiro-checkout/types/vue'\`
(\`react\`, \`preact\`, \`solid\`, \`svelte\`). A listener that is added late reads \`element.outcome\` or awaits
\`element.finished\`.
`

const section = (element: ElementDoc) => {
  const tables = Object.entries(tablesOf(element))
  const parts = tables.map(([title, table]) => `### ${title}\n\n${table}`)
  return `## <${element.tag}>\n\n${element.summary}\n\n${parts.join('\n\n')}\n`
}

/** What a coding agent needs to know, in one text. */
export const llmsText = (elements: readonly ElementDoc[]): string =>
  [introduction, ...elements.map(section)].join('\n')
