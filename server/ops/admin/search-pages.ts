import { html } from 'hono/html'
import type { Checkout } from '../../core/checkout.ts'
import type { RefusedCredentials } from '../credentials-health.ts'
import { providerLabels } from '../provider-labels.ts'
import { attentionList } from './attention.ts'
import type { Attention } from './attention.ts'
import { emptyForm } from './description.ts'
import type { DescriptionForm } from './description.ts'
import { time } from './labels.ts'
import { header, page, toStart } from './layout.ts'
import type { Frame, Html } from './layout.ts'
import { results } from './results.ts'
import { searchForm } from './search-form.ts'
import type { FieldFault } from './search-form.ts'
import type { Words } from './words/words.ts'

export interface FirstPage {
  /** The reference that found nothing; null without one. */
  readonly notFound: string | null
  /** When webhooks were disabled, because the shop's endpoint answered 410; null when they are not. */
  readonly disabledSince: number | null
  readonly refusedCredentials: readonly RefusedCredentials[]
  readonly attention: Attention
}

export function firstPage(frame: Frame, content: FirstPage): Html {
  const { words } = frame
  const { notFound, disabledSince, refusedCredentials, attention } = content
  const [before, after] = words.search.noReference
  return page(
    frame,
    words.search.title,
    html`${header(frame, notFound ?? '')}
      <main>
        <h1>${words.search.title}</h1>
        ${webhooksDisabled(words, disabledSince)}
        ${refusedCredentials.map((one) => credentialsRefused(words, one))}
        ${notFound === null ? '' : html`<p role="alert">${before} <strong>${notFound}</strong>${after}.</p>`}
        <p class="quiet">${words.search.lead}</p>
        ${searchForm(words, emptyForm, null)} ${attentionList(frame, attention)}
      </main>`,
  )
}

export const webhooksDisabled = (words: Words, since: number | null): Html | '' =>
  since === null
    ? ''
    : html`<p class="warning" role="alert">
        ${words.attention.webhooksDisabled(time(words, since))}
      </p>`

const credentialsRefused = (words: Words, { provider, api, scope, since }: RefusedCredentials) =>
  html`<p class="warning" role="alert">
    ${words.attention.credentialsRefused(providerLabels(provider).name, api, scope, time(words, since))}
    ${words.attention.credentialsAction}
  </p>`

export interface FoundPage {
  readonly form: DescriptionForm
  /** Null: the search was made. */
  readonly wrong: FieldFault | null
  readonly checkouts: readonly Checkout[]
  /** There are more than these. */
  readonly hasMore: boolean
}

/** What a description finds, above the form to change it. */
export function foundPage(frame: Frame, { form, wrong, checkouts, hasMore }: FoundPage): Html {
  const { search } = frame.words
  const isEmpty = wrong === null && checkouts.length === 0
  const title = wrong ? search.title : isEmpty ? search.noneTitle : search.found(checkouts.length)
  return page(
    frame,
    title,
    html`${header(frame, '')}
      <main>
        ${toStart(frame)}
        <h1>${title}</h1>
        ${wrong ? '' : html`<p class="quiet">${inWords(frame.words, form)}</p>`}
        ${hasMore ? html`<p>${search.more(checkouts.length)}</p>` : ''}
        ${results(frame.words, checkouts)}
        ${
          isEmpty
            ? html`<ul class="hints">
                ${search.noneHints.map((hint) => html`<li>${hint}</li>`)}
              </ul>`
            : ''
        }
        ${searchForm(frame.words, form, wrong)}
      </main>`,
  )
}

/** What was searched for: a search is easily forgotten, and somebody else may take over the call. */
function inWords(
  { search }: Words,
  { amount, digits, day, lastDay, from, until }: DescriptionForm,
) {
  const days = [day, lastDay].filter(Boolean).join(' – ')
  const times = from || until ? `${from || '00:00'} – ${until || '24:00'}` : ''
  return [amount, digits && search.endingIn(digits), days, times].filter(Boolean).join(' · ')
}

/** Several orders whose references differ in their case alone. */
export function sameReferencePage(
  frame: Frame,
  reference: string,
  checkouts: readonly Checkout[],
): Html {
  const title = frame.words.search.sameReference(reference)
  return page(
    frame,
    title,
    html`${header(frame, reference)}
      <main>
        ${toStart(frame)}
        <h1>${title}</h1>
        ${results(frame.words, checkouts)}
      </main>`,
  )
}
