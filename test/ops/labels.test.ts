import { describe, expect, it } from 'vitest'
import { cancelers, newAttemptDefaults } from '../../server/core/checkout.ts'
import type { Attempt, Checkout, Input, Refund } from '../../server/core/checkout.ts'
import { historyTypeOf } from '../../server/core/history.ts'
import type { HistoryEntry } from '../../server/core/store.ts'
import { currencies, providerNames } from '../../server/http/request-schemas.ts'
import { attentionList } from '../../server/ops/admin/attention.ts'
import { checkoutPage } from '../../server/ops/admin/checkout-page.ts'
import { historyLabel } from '../../server/ops/admin/labels.ts'
import { en } from '../../server/ops/admin/words/en.ts'
import { is } from '../../server/ops/admin/words/is.ts'
import type { Words } from '../../server/ops/admin/words/words.ts'
import { money } from '../../server/ops/money.ts'
import { providerLabels } from '../../server/ops/provider-labels.ts'
import { payerKinds } from '../../server/protocol/index.ts'

/** A new input does not compile until it is listed here. */
const inputs = {
  ...{ requested: true, refused: true, not_sent: true, unknown: true, pending: true },
  ...{ authorized: true, paid: true, code_refused: true, ended: true, too_late_to_cancel: true },
  ...{ started: true, cancel_requested: true, closing: true, code_given: true, cancel_sent: true },
  ...{ refund_requested: true, decision_requested: true, capture_requested: true },
  ...{ capture_timed_out: true, duplicate_ref: true, predecessor_paid: true, shop_decided: true },
  ...{ released: true, start_abandoned: true, unresolved: true, refunded: true },
  ...{ refund_refused: true, refund_unsettled: true, refund_tried: true, refund_closed: true },
  ...{ review_closed: true },
} satisfies Record<Input['type'], true>

const typesOfInputs = Object.keys(inputs).map((type) => historyTypeOf({ type } as Input))
/** The store writes these two itself. */
const historyTypes = [...new Set([...typesOfInputs, 'created', 'clock_corrected'])]

const names = { netgiro: 'Netgíró', avarda: 'Avarda' } as const
const shownAs = {
  ISK: '229.900 kr.',
  SEK: 'SEK 2,299.00',
  NOK: 'NOK 2,299.00',
  DKK: 'DKK 2,299.00',
  EUR: 'EUR 2,299.00',
} as const
const languages = [en, is] as const
const inLanguage = (text: string, { language }: Words) =>
  language === 'is' && !text.endsWith('kr.') ? text.replace('2,299.00', '2.299,00') : text

const requested = {
  ...newAttemptDefaults,
  ...{ id: 'att_1', reference: 'WEB-1-x', token: 't', providerRef: 'ref-1', connection: null },
  payer: { kind: 'provider_form', masked: '', hash: 'h' },
  ...{ startedAt: 0, approvalExpiresAt: 0, providerCode: 'Completed' },
} as const
const attempt: Attempt = { ...requested, endedAt: 1, paidAt: 1, paidAmount: 229_900 }
const refund = (id: string, status: Refund['status']): Refund => ({
  ...{ id, key: id, amount: 229_900, requestedAt: 0, status, settledAt: null },
  lastAnswer: { type: 'unknown', at: 1, call: 'refund', code: '500', referenceId: null },
})
const checkoutOf = (provider: string, currency = 'SEK'): Checkout => ({
  ...{ id: 'chk_1', reference: 'WEB-1', amount: 229_900, currency, description: null },
  ...{ items: [], provider, channel: 'web', locationId: null, registerId: null, metadata: {} },
  ...{ status: 'paid', version: 3, createdAt: 0, expiresAt: 1, closing: null, paidAt: 1 },
  ...{
    paidAttemptId: 'att_1',
    late: false,
    options: null,
    review: null,
    reviewClosedAt: null,
    replaces: null,
  },
  attempts: [attempt],
  refunds: [refund('ref_1', 'refunded'), refund('ref_2', 'pending'), refund('ref_3', 'failed')],
})
const entryOf = (type: string): HistoryEntry => ({
  ...{ attemptId: null, version: 1, at: 0, type },
  evidence: {
    ...{ call: 'operator', code: 'failed', referenceId: 'call-1' },
    operator: { by: 'Anna', note: 'Checked', lastAnswer: null },
  },
})
const frameOf = (words: Words) => ({ merchantName: 'Shop', words, here: 'checkouts' })
const pageOf = async (checkout: Checkout, words: Words, now = 2) =>
  await new Response(
    await checkoutPage(frameOf(words), {
      ...{ checkout, history: historyTypes.map(entryOf), events: [], others: [] },
      ...{
        canResend: true,
        resent: undefined,
        closed: undefined,
        unclosed: undefined,
        reviewClosed: undefined,
        disabledSince: null,
        now,
      },
    }),
  ).text()

const providersAndLanguages = providerNames.flatMap((provider) =>
  languages.map((words) => ({ provider, words, language: words.language })),
)

describe.each(providersAndLanguages)(
  'the page of a checkout paid by $provider, in $language',
  ({ provider, words }) => {
    it.each(historyTypes)('the support page has words for the history entry %s', async (type) => {
      const label = historyLabel(words, type, provider)
      expect(label).toMatch(/^\p{Lu}.* .*\p{L}$/u)
      expect(label).not.toContain('{')
      expect(await pageOf(checkoutOf(provider), words)).toContain(label)
    })

    it('the support page names the provider of the payment and no other', async () => {
      const page = await pageOf(checkoutOf(provider), words)
      for (const [id, name] of Object.entries(names))
        expect(page.includes(name), name).toBe(id === provider)
      expect(page).toContain(words.order.codeOf(names[provider]))
      expect(page).toContain(words.order.lastAnswerOf(names[provider]))
      expect(page).toContain(providerLabels(provider).transactionId)
      expect(page).toContain(providerLabels(provider).callId)
    })

    it('says how the payer is identified, and mentions a phone only where there is one', async () => {
      for (const kind of payerKinds) {
        const masked = kind === 'provider_form' ? '' : '•••3281'
        const checkout = checkoutOf(provider)
        const attempts = [{ ...attempt, payer: { kind, masked, hash: 'h' } }]
        const page = await pageOf({ ...checkout, attempts }, words)
        expect(page).toContain(`<dt>${words.payers[kind]}</dt>`)
        expect(page.includes(`<dt>${words.payers.phone}</dt>`), kind).toBe(kind === 'phone')
        if (masked === '') expect(page).toContain(words.order.byForm(names[provider]))
      }
    })

    it('lists every refund with its state', async () => {
      const page = await pageOf(checkoutOf(provider), words)
      for (const text of ['ref_1', 'ref_2', 'ref_3', ...Object.values(words.payments.statuses)])
        expect(page, text).toContain(text)
    })

    it.each(['refused', 'overdue'] as const)(
      'says why a refund is in review: %s',
      async (concern) => {
        const pending = {
          checkout: checkoutOf(provider),
          refund: refund('ref_2', 'pending'),
          concern,
        }
        const nothing = {
          inReview: [],
          late: [],
          uncertain: [],
          undelivered: [],
          isShopTold: true,
          max: 50,
          now: 2,
        }
        const list = attentionList(frameOf(words), { ...nothing, refunds: [pending] })
        const section = await new Response(await list).text()
        expect(section).toContain(inLanguage('SEK 2,299.00', words))
        expect(section.includes(names[provider])).toBe(concern === 'refused')
      },
    )

    it.each(currencies)('shows %s in its own minor unit, also in refunds', async (currency) => {
      const page = await pageOf(checkoutOf(provider, currency), words)
      // The order, the payment, what may be refunded, and three refunds.
      expect(page.split(inLanguage(shownAs[currency], words)).length - 1).toBeGreaterThanOrEqual(5)
      expect(page).not.toContain('229900')
      if (currency !== 'ISK') expect(page).not.toContain('kr.')
    })
  },
)

describe.each(languages.map((words) => ({ words, language: words.language })))(
  'the conclusion on the page of a checkout, in $language',
  ({ words }) => {
    const { conclusion: texts } = words
    const waitingPage = (
      status: Checkout['status'],
      cancelRequested: Attempt['cancelRequested'] = null,
    ) =>
      pageOf(
        {
          ...{ ...checkoutOf('netgiro', 'ISK'), status, paidAt: null, paidAttemptId: null },
          ...{ refunds: [], attempts: [{ ...requested, cancelRequested }] },
        },
        words,
      )

    it('asks the shopper to answer a request that waits, and offers to load the page again', async () => {
      const page = await waitingPage('awaiting_shopper')
      expect(page).toContain(texts.waitingAction)
      expect(page).toContain(`<a href="checkouts?q=chk_1">${texts.loadAgain}</a>`)
      expect(await pageOf(checkoutOf('netgiro'), words)).not.toContain(texts.loadAgain)
    })

    it.each(cancelers)(
      'asks nobody to approve a request that is being canceled: %s',
      async (cancelRequested) => {
        const page = await waitingPage('awaiting_shopper', cancelRequested)
        expect(page).not.toContain(texts.waitingAction)
        expect(page).toContain(texts.cancelingAction)
        expect(page).toContain(words.cancelers[cancelRequested])
      },
    )

    it('asks for the code where one is awaited', async () => {
      expect(await waitingPage('awaiting_code')).toContain(texts.codeAction)
    })

    it('the page does not call webhooks disabled when a notice is forgotten', async () => {
      const page = await pageOf(checkoutOf('netgiro'), words)
      expect(page).toContain(texts.noticeForgotten)
      expect(page).not.toContain(texts.noWebhook)
    })
  },
)

it('shows an amount of every currency with its own decimals', () => {
  for (const currency of currencies) expect(money(229_900, currency)).toBe(shownAs[currency])
  expect(money(5, 'SEK')).toBe('SEK 0.05')
  expect(money(-1_990, 'EUR')).toBe('-EUR 19.90')
  expect(money(0, 'ISK')).toBe('0 kr.')
})

it('shows a provider that only a newer version knows under its id', () => {
  expect(providerLabels('toString').name).toBe('toString')
  expect(historyLabel(en, 'requested', 'klarna')).toBe('klarna accepted the request')
})

it.each(providersAndLanguages)(
  'speaks of a cashier at a point of sale, and of the shopper in a web shop: $provider, $language',
  async ({ provider, words }) => {
    const { asksToCancel, canceled, started, noAttempt } = words.atPos
    const cancelRequested = 'shopper' as const
    const canceledOnes = [
      { ...requested, cancelRequested, endedAt: null, outcome: null, reason: null },
      {
        ...{ ...requested, cancelRequested, endedAt: 1, outcome: 'canceled' as const },
        reason: 'canceled_by_shopper' as const,
      },
    ].map((one) => [one])
    const ofShopper = [
      ...[words.cancelers.shopper, words.reasons.canceled_by_shopper],
      ...[words.history['started'] ?? '', words.conclusion.noAttempt],
    ]
    for (const channel of ['web', 'pos'] as const) {
      const pages = await Promise.all(
        [...canceledOnes, []].map((attempts) =>
          pageOf(
            {
              ...{ ...checkoutOf(provider), channel, attempts, refunds: [] },
              ...{ status: 'open', paidAt: null, paidAttemptId: null },
            },
            words,
          ),
        ),
      )
      const page = pages.join()
      const ofCashier = [asksToCancel, canceled, started, noAttempt]
      for (const text of ofCashier) expect(page.includes(text), text).toBe(channel === 'pos')
      for (const text of ofShopper) expect(page.includes(text), text).toBe(channel === 'web')
    }
  },
)

it.each(cancelers)('says who canceled an attempt, or what did: %s', (cancelRequested) => {
  for (const words of languages) {
    const label = historyLabel(words, 'cancel_requested', 'netgiro', {
      ...attempt,
      cancelRequested,
    })
    expect(label).toBe(words.cancelers[cancelRequested])
  }
})

/** For any parameter: a number, a text or the labels of a provider. */
const anything: unknown = Object.assign(Object('7') as object, providerLabels('netgiro'))

/** Every text of a language, with the place where it stands. */
function textsOf(value: unknown, path = ''): (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function')
    return textsOf(Reflect.apply(value, undefined, Array(4).fill(anything)), path)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, `${path}.${name}`))
}

it('says everything in both languages', () => {
  const [english, icelandic] = [new Map(textsOf(en)), new Map(textsOf(is))]
  expect(english.size).toBeGreaterThan(200)
  expect([...icelandic.keys()]).toEqual([...english.keys()])
  const same = [...english].filter(
    ([path, text]) => /\p{L}{3}/u.test(text) && icelandic.get(path) === text,
  )
  expect(same).toEqual([['.payers.national_id', 'Kennitala']])
  for (const [path, text] of [...english, ...icelandic])
    expect(text, path).not.toMatch(/undefined|null|NaN|\[object| {2}/)
})
