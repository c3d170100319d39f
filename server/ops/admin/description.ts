import type { Description } from '../../core/support.ts'
import { currencies } from '../../http/request-schemas.ts'
import { decimalsOf } from '../money.ts'
import type { SearchFault } from './words/words.ts'

/** The fields of the search form, as they were typed. */
export interface DescriptionForm {
  readonly amount: string
  readonly digits: string
  readonly day: string
  readonly lastDay: string
  readonly from: string
  readonly until: string
}
export type FieldName = keyof DescriptionForm

export const emptyForm: DescriptionForm = {
  amount: '',
  digits: '',
  day: '',
  lastDay: '',
  from: '',
  until: '',
}

/** A search that can be made, or the field that is in its way. */
export type ReadDescription =
  | { readonly form: DescriptionForm; readonly description: Description }
  | { readonly form: DescriptionForm; readonly fault: SearchFault; readonly field: FieldName }

const dayMs = 24 * 60 * 60_000
const minuteMs = 60_000

/** Reads the form. Of a longer number only the last four digits are kept, whatever was typed. */
export function readDescription(fields: ReadonlyMap<string, string>, now: number): ReadDescription {
  const typed = (name: FieldName) => (fields.get(name) ?? '').trim().slice(0, 40)
  const digits = typed('digits').replace(/\D/g, '').slice(-4)
  const form: DescriptionForm = {
    amount: typed('amount'),
    digits,
    day: typed('day'),
    lastDay: typed('lastDay'),
    from: typed('from'),
    until: typed('until'),
  }
  // Times alone are of today, and the form says so.
  const isTimeAlone = form.day === '' && form.lastDay === '' && form.from + form.until !== ''
  return read(isTimeAlone ? { ...form, day: dayOf(now) } : form, typed('digits') !== '')
}

function read(form: DescriptionForm, hasDigits: boolean): ReadDescription {
  const failed = (fault: SearchFault, field: FieldName) => ({ form, fault, field })
  if (hasDigits && form.digits.length < 4) return failed('digits', 'digits')
  if (Object.values(form).every((value) => value === '')) return failed('nothing', 'amount')
  const amounts = form.amount === '' ? null : amountsOf(form.amount)
  if (amounts?.length === 0) return failed('amount', 'amount')
  const span = spanOf(form)
  if ('fault' in span) return failed(span.fault, span.field)
  return {
    form,
    description: { amounts, digits: form.digits === '' ? null : form.digits, ...span },
  }
}

/**
 * The amounts that a text may mean, in the minor unit of each currency: 12.990 is whole krónur, or 12.990,00 of a currency with
 * cents. Three digits after a sign separate thousands, two are decimals, and `,-` says that there are none, as people write them.
 */
export function amountsOf(text: string): readonly { amount: number; currency: string }[] {
  const bare = text.replace(/[\s\u00a0]|kr(?:ónur|\.)?|[A-Z]{3}|€/giu, '').replace(/[.,]?-$/, '')
  const match = /^(\d+|\d{1,3}(?:([.,'])\d{3})(?:\2\d{3})*)(?:[.,](\d{2}))?$/.exec(bare)
  const [, whole, , decimals = ''] = match ?? []
  if (whole === undefined) return []
  const units = Number(whole.replace(/\D/g, ''))
  return currencies.flatMap((currency) => {
    const digits = decimalsOf(currency)
    if (digits === 0 && Number(decimals) > 0) return []
    const amount = units * 10 ** digits + (digits === 0 ? 0 : Number(decimals))
    return Number.isSafeInteger(amount) ? [{ amount, currency }] : []
  })
}

type Span = Pick<Description, 'from' | 'until'>

/** Days and times are UTC; those of several days begin on the first and end on the last. */
function spanOf({
  day,
  lastDay,
  from,
  until,
}: DescriptionForm): Span | { readonly fault: SearchFault; readonly field: FieldName } {
  if (day === '' && lastDay === '') return { from: null, until: null }
  const begin = startOf(day || lastDay) + minutesOf(from || '00:00') * minuteMs
  // To the end of the minute, or of the day.
  const length = until === '' ? dayMs : (minutesOf(until) + 1) * minuteMs
  const end = startOf(lastDay || day) + length - 1
  const fields = { day: startOf(day || lastDay), lastDay: startOf(lastDay || day), from: begin }
  for (const [field, value] of Object.entries({ ...fields, until: end }))
    if (Number.isNaN(value)) return { fault: 'time', field: field as FieldName }
  return begin > end ? { fault: 'order_of_time', field: 'until' } : { from: begin, until: end }
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

const startOf = (day: string): number =>
  /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN

function minutesOf(text: string): number {
  const [, hours, minutes] = /^([01]?\d|2[0-3])[:.]?([0-5]\d)(?::[0-5]\d)?$/.exec(text) ?? []
  return hours === undefined ? NaN : Number(hours) * 60 + Number(minutes)
}
