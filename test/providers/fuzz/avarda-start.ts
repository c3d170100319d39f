import fc from 'fast-check'
import { mapStart } from '../../../server/providers/avarda/start.ts'
import { changeOf, changed, isObject, write, writings } from './change.ts'
import type { Change, Writing } from './change.ts'
import { demand, demandMatch } from './demand.ts'
import { httpStatus, isSuccess } from './http-status.ts'

const id = '19ac0d1ee909c302d212b4324d9194b5'
const otherId = '0'.repeat(32)

/** [avarda] InitializePayment: a text, or one of the four shapes of an error. */
const bodies = {
  opened: id,
  invalid: { CheckOutErrorCode: 1, Errors: ['Price must be greater than 0'] },
  listed: [{ ErrorCode: '10005', ErrorMessage: 'Invalid currency' }],
  failed: { Message: 'An error has occurred.' },
  text: 'Site is closed.',
} as const
type Kind = keyof typeof bodies

export interface AvardaStartCase {
  readonly kind: Kind
  /** What stands where the name of the purchase should; null: the name itself. */
  readonly instead: { readonly value: unknown } | 'swapped' | 'truncated' | 'object' | null
  readonly changes: readonly Change[]
  readonly httpStatus: number | null
  readonly writing: Writing
}

const change = changeOf(['CheckOutErrorCode', 'Errors', 'ErrorCode', 'Message', 'PurchaseId'], {
  PurchaseId: [id, otherId],
})

export const avardaStartCase: fc.Arbitrary<AvardaStartCase> = fc.record({
  kind: fc.constantFrom('opened', 'opened', ...(Object.keys(bodies) as Kind[])),
  instead: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    fc.constantFrom('swapped' as const, 'truncated' as const, 'object' as const),
    fc.constantFrom('', ' ', '../x', 'a b', 'x'.repeat(65), `${id}\n`, 'é').map(asValue),
    fc.jsonValue({ maxDepth: 2 }).map(asValue),
  ),
  changes: fc.array(change, { maxLength: 3 }),
  httpStatus,
  writing: fc.constantFrom(...writings),
})

function asValue(value: unknown) {
  return { value }
}

function sentOf({ kind, instead, changes, writing, ...one }: AvardaStartCase) {
  const http = one.httpStatus ?? (kind === 'opened' ? 200 : 400)
  const named = (): unknown => {
    if (instead === 'swapped') return otherId
    if (instead === 'object') return { PurchaseId: id }
    return instead === null || instead === 'truncated' ? id : instead.value
  }
  const value: unknown = kind === 'opened' ? named() : bodies[kind]
  if (isObject(value)) {
    const answer = changed(value, { PurchaseId: otherId }, changes)
    return { http, value: answer as unknown, text: write(answer, writing) }
  }
  const text = JSON.stringify(value)
  const isCut = kind === 'opened' && instead === 'truncated'
  return { http, value: isCut ? null : value, text: isCut ? text.slice(0, -1) : text }
}

const isName = (value: unknown): boolean =>
  typeof value === 'string' && /^[A-Za-z0-9]{1,64}$/.test(value)

export function judgeAvardaStart(one: AvardaStartCase): void {
  const { http, value, text } = sentOf(one)
  const about = { script: 'https://x/form.js', callbackUrl: 'https://x/callback' }
  const fact = mapStart({ status: http, body: text }, about)
  demand(['requested', 'refused', 'unknown'].includes(fact.type), 'no answer to a start', fact)
  if (fact.type === 'unknown') demand(fact.effect, 'it may have had an effect', fact)
  if (isName(value) && isSuccess(http)) {
    demandMatch(fact, { type: 'requested', providerRef: value })
    demandMatch(fact, { form: { settings: { purchaseId: value } } })
  } else demand(fact.type !== 'requested', 'nothing was opened', value)
  if (fact.type === 'refused') {
    const isInconclusive = http >= 500 || http === 408 || http === 429 || http < 200
    const isInvalid = isObject(value) && 'CheckOutErrorCode' in value
    demand(!isInconclusive || isInvalid, 'a failure is no refusal', value)
  }
  // The oracle: a purchase that was opened is not called refused, whatever the status says.
  if (one.kind === 'opened' && one.instead === null)
    demand(fact.type !== 'refused', 'it was opened', { http, value })
}
