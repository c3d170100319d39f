import type { Context, Hono } from 'hono'
import { maxLength, nullish, object, pipe, safeParse, string } from 'valibot'

import type { HttpEnv } from '../simulator-kit/http.ts'
import { servePages } from '../simulator-kit/pages.ts'
import type { Faults } from './faults.ts'
import type { PurchaseRecord, Purchases } from './purchases.ts'
import { State } from './states.ts'

export interface FormDeps {
  readonly purchases: Purchases
  readonly faults: Faults
}

const short = nullish(pipe(string(), maxLength(2000)))
const formInputSchema = object({
  ...{ mail: short, zip: short, notifyUrl: short, callbackUrl: short, answer: short },
})

const files = {
  '/scripts/checkoutclient.js': 'CheckOutClient.js',
  '/form': 'form.html',
  '/form/form.js': 'form.js',
  '/form/messages.js': 'messages.js',
  '/form/form.css': 'form.css',
  '/card': 'card.html',
  '/card/card.js': 'card.js',
}

// The shop's own stylesheet may come from any https origin, or from a developer's machine.
const styles = ['https:', 'http://127.0.0.1:*', 'http://localhost:*']

/** The browser's side: the script, the form in its frame, and the card page on a page of its own. */
export function createForm({ purchases, faults }: FormDeps): Hono<HttpEnv> {
  const form = servePages(new URL('./browser/', import.meta.url), files, styles)

  form.get('/form/purchases/:id', (c) => act(c, () => undefined))

  // Requested by the page's script, because prefetching the page is no "first rendering".
  form.post('/form/purchases/:id/open', async (c) => {
    const { notifyUrl, callbackUrl } = await readFormInput(c)
    return act(c, (record) => {
      purchases.open(record, { notifyUrl: notifyUrl ?? null, callbackUrl: callbackUrl ?? null })
    })
  })

  for (const action of ['decline', 'cancel', 'timeOut', 'handOver'] as const)
    form.post(`/form/purchases/:id/${action.toLowerCase()}`, (c) =>
      act(c, (record) => void purchases[action](record)),
    )

  for (const action of ['approve', 'goToCard'] as const)
    form.post(`/form/purchases/:id/${action.toLowerCase()}`, async (c) => {
      const { mail, zip } = await readFormInput(c)
      const formInput = { ...(mail ? { mail } : {}), ...(zip ? { zip } : {}) }
      return act(c, (record) => void purchases[action](record, formInput))
    })

  form.post('/form/purchases/:id/answercard', async (c) => {
    const { answer } = await readFormInput(c)
    const known = (['paid', 'refused', 'left'] as const).find((one) => one === answer) ?? null
    return act(c, (record) => void purchases.setCardResult(record, known))
  })

  /** Returns the purchase, whether the action was possible or not. */
  async function act(c: Context<HttpEnv>, action: (record: PurchaseRecord) => void) {
    const record = purchases.find(c.req.param('id') ?? '')
    if (!record) return c.json({ error: 'No such purchase.' }, 404)
    action(record)
    // The form calls `done` when it has this response.
    const completed = record.purchase.state === State.Completed
    if (completed && faults.takeKind('Notification', 'before_done'))
      await record.pendingNotification
    return c.json(formView(record))
  }

  return form
}

async function readFormInput(c: Context<HttpEnv>) {
  const result = safeParse(formInputSchema, await c.req.json<unknown>().catch(() => ({})))
  return result.success ? result.output : {}
}

const formView = ({ purchase }: PurchaseRecord) => {
  const { order, site, formInput } = purchase
  return {
    purchaseId: purchase.id,
    state: purchase.state,
    language: order.UserLanguageCode,
    country: site.country,
    currency: site.currency,
    price: order.Price,
    items: order.Items.map(({ Description, Amount }) => ({
      ...{ description: Description, amount: Amount },
    })),
    mail: formInput.mail ?? order.Mail,
    zip: formInput.zip ?? order.InvoicingZip,
    mailEditable: order.IsPhoneAndMailEditable,
    method: order.DefaultPaymentMethod,
    callbackUrl: purchase.callbackUrl,
  }
}
