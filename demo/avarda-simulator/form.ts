import { readFileSync } from 'node:fs'

import { Hono, type Context } from 'hono'
import { maxLength, nullish, object, pipe, safeParse, string } from 'valibot'

import type { Env } from './api.ts'
import type { Faults } from './faults.ts'
import type { Entry, Ledger } from './ledger.ts'
import { State } from './states.ts'

export interface FormDeps {
  readonly ledger: Ledger
  readonly faults: Faults
}

const file = (name: string) => readFileSync(new URL(`./browser/${name}`, import.meta.url), 'utf8')

// Framed by any shop. The shop's own stylesheet may come from anywhere safe, and from a developer's machine.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' https: http://127.0.0.1:* http://localhost:*",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const short = nullish(pipe(string(), maxLength(2000)))
const entriesSchema = object({
  ...{ mail: short, zip: short, notifyUrl: short, callbackUrl: short, answer: short },
})

/** What a browser gets: the script, the form in its frame, and the card page that the payer is sent away to. */
export function createForm({ ledger, faults }: FormDeps): Hono<Env> {
  const form = new Hono<Env>()

  form.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
    c.header('x-content-type-options', 'nosniff')
    c.header('content-security-policy', contentSecurityPolicy)
    // The script is loaded by pages of other origins.
    c.header('cross-origin-resource-policy', 'cross-origin')
  })

  const page = (path: string, name: string, type: string) => {
    const content = file(name)
    form.get(path, (c) => c.body(content, 200, { 'content-type': `${type}; charset=utf-8` }))
  }
  page('/scripts/checkoutclient.js', 'CheckOutClient.js', 'text/javascript')
  page('/form', 'form.html', 'text/html')
  page('/form/form.js', 'form.js', 'text/javascript')
  page('/form/words.js', 'words.js', 'text/javascript')
  page('/form/form.css', 'form.css', 'text/css')
  page('/card', 'card.html', 'text/html')
  page('/card/card.js', 'card.js', 'text/javascript')

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
  async function act(c: Context<Env>, deed: (entry: Entry) => void) {
    const entry = ledger.find(c.req.param('id') ?? '')
    if (!entry) return c.json({ error: 'No such purchase.' }, 404)
    deed(entry)
    // The form calls `done` when it has this answer.
    const completed = entry.purchase.state === State.Completed
    if (completed && faults.take('Notification', (kind) => kind === 'before_done'))
      await entry.telling
    return c.json(formView(entry))
  }

  return form
}

async function readEntries(c: Context<Env>) {
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
