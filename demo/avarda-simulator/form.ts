import type { Context, Hono } from 'hono'
import { maxLength, nullish, object, pipe, safeParse, string } from 'valibot'

import type { HttpEnv } from '../simulator-kit/http.ts'
import { servePages } from '../simulator-kit/pages.ts'
import type { Faults } from './faults.ts'
import type { Entry, Ledger } from './ledger.ts'
import { State } from './states.ts'

export interface FormDeps {
  readonly ledger: Ledger
  readonly faults: Faults
}

const short = nullish(pipe(string(), maxLength(2000)))
const entriesSchema = object({
  ...{ mail: short, zip: short, notifyUrl: short, callbackUrl: short, answer: short },
})

const files = {
  '/scripts/checkoutclient.js': 'CheckOutClient.js',
  '/form': 'form.html',
  '/form/form.js': 'form.js',
  '/form/words.js': 'words.js',
  '/form/form.css': 'form.css',
  '/card': 'card.html',
  '/card/card.js': 'card.js',
}

// The shop's own stylesheet may come from anywhere safe, and from a developer's machine.
const styles = ['https:', 'http://127.0.0.1:*', 'http://localhost:*']

/** What a browser gets: the script, the form in its frame, and the card page that the payer is sent away to. */
export function createForm({ ledger, faults }: FormDeps): Hono<HttpEnv> {
  const form = servePages(new URL('./browser/', import.meta.url), files, styles)

  form.get('/form/purchases/:id', (c) => act(c, () => undefined))

  // The page's script asks for this, not the page itself: fetching it ahead of time is no "first rendering".
  form.post('/form/purchases/:id/open', async (c) => {
    const { notifyUrl, callbackUrl } = await readEntries(c)
    return act(c, (entry) => {
      ledger.open(entry, { notifyUrl: notifyUrl ?? null, callbackUrl: callbackUrl ?? null })
    })
  })

  for (const deed of ['decline', 'cancel', 'timeOut', 'handOver'] as const)
    form.post(`/form/purchases/:id/${deed.toLowerCase()}`, (c) =>
      act(c, (entry) => void ledger[deed](entry)),
    )

  for (const deed of ['approve', 'goToCard'] as const)
    form.post(`/form/purchases/:id/${deed.toLowerCase()}`, async (c) => {
      const { mail, zip } = await readEntries(c)
      const entries = { ...(mail ? { mail } : {}), ...(zip ? { zip } : {}) }
      return act(c, (entry) => void ledger[deed](entry, entries))
    })

  form.post('/form/purchases/:id/answercard', async (c) => {
    const { answer } = await readEntries(c)
    const known = (['paid', 'refused', 'left'] as const).find((one) => one === answer) ?? null
    return act(c, (entry) => void ledger.answerCard(entry, known))
  })

  /** Whatever became of the deed, the answer tells how the purchase stands. */
  async function act(c: Context<HttpEnv>, deed: (entry: Entry) => void) {
    const entry = ledger.find(c.req.param('id') ?? '')
    if (!entry) return c.json({ error: 'No such purchase.' }, 404)
    deed(entry)
    // The form calls `done` when it has this answer.
    const completed = entry.purchase.state === State.Completed
    if (completed && faults.takeKind('Notification', 'before_done')) await entry.telling
    return c.json(formView(entry))
  }

  return form
}

async function readEntries(c: Context<HttpEnv>) {
  const result = safeParse(entriesSchema, await c.req.json<unknown>().catch(() => ({})))
  return result.success ? result.output : {}
}

const formView = ({ purchase }: Entry) => {
  const { order, site, entries } = purchase
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
    mail: entries.mail ?? order.Mail,
    zip: entries.zip ?? order.InvoicingZip,
    mailEditable: order.IsPhoneAndMailEditable,
    method: order.DefaultPaymentMethod,
    callbackUrl: purchase.callbackUrl,
  }
}
