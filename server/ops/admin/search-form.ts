import { html } from 'hono/html'
import type { DescriptionForm, FieldName } from './description.ts'
import type { Html } from './layout.ts'
import type { SearchFault, Words } from './words/words.ts'

interface Field {
  readonly name: FieldName
  readonly label: string
  readonly hint?: string
  readonly type: 'text' | 'date' | 'time'
  readonly inputmode?: 'decimal' | 'numeric'
}

const fieldsOf = ({ search }: Words): readonly Field[] => [
  {
    ...{ name: 'amount', label: search.amount, hint: search.amountHint },
    ...{ type: 'text', inputmode: 'decimal' },
  },
  {
    ...{ name: 'digits', label: search.digits, hint: search.digitsHint },
    ...{ type: 'text', inputmode: 'numeric' },
  },
  { name: 'day', label: search.day, type: 'date' },
  { name: 'lastDay', label: search.lastDay, hint: search.lastDayHint, type: 'date' },
  { name: 'from', label: search.from, type: 'time' },
  { name: 'until', label: search.until, type: 'time' },
]

/** Why a search could not be made, and by which field. */
export interface FieldFault {
  readonly fault: SearchFault
  readonly field: FieldName
}

/** Sent by POST: digits of a phone number must not stand in a URL. */
export const searchForm = (words: Words, form: DescriptionForm, wrong: FieldFault | null): Html =>
  html`<form class="card description" method="post" action="search" aria-labelledby="description">
    <h2 id="description">${words.search.heading}</h2>
    <div class="fields">${fieldsOf(words).map((field) => input(words, field, form, wrong))}</div>
    <button>${words.search.submit}</button>
  </form>`

function input(
  { search }: Words,
  { name, label, hint, type, inputmode }: Field,
  form: DescriptionForm,
  wrong: FieldFault | null,
): Html {
  const fault = wrong?.field === name ? search.faults[wrong.fault] : null
  const described = [hint ? `${name}-hint` : '', fault ? `${name}-fault` : ''].filter(Boolean)
  return html`<div ${type === 'time' ? html`class="short"` : ''}>
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${form[name]}"
      maxlength="40"
      autocomplete="off"
      ${inputmode ? html`inputmode="${inputmode}"` : ''}
      ${described.length > 0 ? html`aria-describedby="${described.join(' ')}"` : ''}
      ${fault ? html`aria-invalid="true" autofocus` : ''}
    />
    ${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : ''}
    ${fault ? html`<p class="complaint" id="${name}-fault" role="alert">${fault}</p>` : ''}
  </div>`
}
