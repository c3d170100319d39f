import fc from 'fast-check'
import { mapStatus } from '../../../server/providers/avarda/status.ts'
import { changeOf, changed, write } from './change.ts'
import type { Change, Json, Writing } from './change.ts'
import { demand, demandMatch } from './demand.ts'
import { httpResponse } from '../http-response.ts'

const id = '19ac0d1ee909c302d212b4324d9194b5'
const purchase = (State: number): Json => ({
  ...{
    PurchaseId: id,
    State,
    Price: 111.11,
    CurrencyCode: 'SEK',
    OrderReference: 'WEB-1-k4m7r2xq',
  },
  ...{ Phone: '074594175', Mail: 'email@email.em', Cancelled: null, PaymentMethod: 2 },
})
const another = (State: number): Json => ({
  ...purchase(State),
  ...{ PurchaseId: '0'.repeat(32), Price: 22.22, OrderReference: 'WEB-2-p9w3z8ya' },
})

const idle = ['Phone', 'Mail', 'Cancelled', 'PaymentMethod']
const fields = ['PurchaseId', 'State', 'Price', 'CurrencyCode', 'OrderReference', ...idle]

export interface AvardaCase {
  readonly state: number
  readonly otherState: number
  readonly isSwapped: boolean
  readonly changes: readonly Change[]
  readonly siteCurrency: string | null
  readonly httpStatus: number
  readonly writing: Writing
}

export const avardaCase: fc.Arbitrary<AvardaCase> = fc.record({
  state: fc.oneof(fc.constant(2), fc.integer({ min: -1, max: 15 })),
  otherState: fc.integer({ min: 0, max: 13 }),
  isSwapped: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  changes: fc.array(changeOf(fields), { maxLength: 3 }),
  siteCurrency: fc.constantFrom(null, 'SEK'),
  httpStatus: fc.oneof(
    { weight: 8, arbitrary: fc.constant(200) },
    fc.constantFrom(302, 400, 401, 404, 429, 500),
  ),
  // Its names are documented in one case alone.
  writing: fc.constantFrom('plain', 'plain', 'plain', 'with a mark', 'spaced', 'twice'),
})

export function judgeAvarda(one: AvardaCase): void {
  const { state, isSwapped, changes, siteCurrency, httpStatus, writing } = one
  const [own, other] = [purchase(state), another(one.otherState)]
  const answer = isSwapped ? changed(other, own, changes) : changed(own, other, changes)
  const body = write(answer, writing)
  const fact = mapStatus(httpResponse(body, httpStatus), id, siteCurrency)
  if (fact.type === 'paid') {
    demand(answer['State'] === 2, 'it is not completed', answer)
    demand([id, null].includes(nameIn(answer)), 'it is another purchase', answer)
    const { PurchaseId, OrderReference, CurrencyCode } = answer
    const isTold = [PurchaseId, OrderReference, siteCurrency ?? CurrencyCode].every(isText)
    demand(fact.proof !== 'proven' || isTold, 'it does not say whose it is', answer)
    // The oracle: what the provider has, unless somebody changed the word that says so.
    const isOurs = fact.payment.amount === 11_111 && fact.payment.reference === 'WEB-1-k4m7r2xq'
    const isChanged = changes.some(({ path }) => path === 'State')
    demand(fact.proof !== 'proven' || !isOurs || isChanged || state === 2, 'it is not ours', answer)
  }
  if (writing === 'twice' || httpStatus > 299) demandMatch(fact, { type: 'unknown', effect: false })
  const isUntouched = !isSwapped && changes.every(({ path }) => idle.includes(path))
  if (isUntouched && state === 2 && httpStatus === 200 && writing !== 'twice')
    demandMatch(fact, {
      ...{ type: 'paid', proof: 'proven' },
      payment: { amount: 11_111, currency: 'SEK', reference: 'WEB-1-k4m7r2xq' },
    })
}

/** What cannot be read as a name says nothing of whose it is. */
const nameIn = ({ PurchaseId }: Json): string | null =>
  typeof PurchaseId === 'string' ? PurchaseId : null
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
