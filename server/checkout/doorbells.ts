import type { Clock } from '../clock.ts'
import type { Doorbell, DoorbellNames, Providers } from '../providers/provider.ts'
import { Recent } from '../recent.ts'
import type { Attempt } from './checkout.ts'
import type { Ledger } from './ledger.ts'
import type { CheckoutStore } from './ports.ts'
import type { Watcher } from './watcher.ts'

interface DoorbellsDeps {
  readonly store: CheckoutStore
  readonly ledger: Ledger
  readonly watcher: Watcher
  readonly providers: Providers
  readonly clock: Clock
  readonly publicUrl: string
  /** The shop has a last word before the money is taken. */
  readonly hasGate: boolean
}

/** What a callback gets for an answer. `later`: we could not find out, the provider should ring again. */
export type DoorbellAnswer = 'accepted' | 'not_ours' | 'unknown' | 'refused' | 'later'

/** [netgiro] a callback without a 200 within about 5 to 10 s cancels the sale. */
const patienceOfProvider = 2_500
/** A bell that anybody can ring makes us ask no more often than this. */
const pauseOfUnsigned = 1_000

/** Built from what is configured, never from what a request says of its host. */
export function callbackUrls(publicUrl: string, providerName: string, token: string) {
  const success = `${publicUrl}/v1/callbacks/${providerName}/${token}`
  return { success, cancel: `${success}/cancel` }
}

/**
 * A callback is a doorbell: it makes us ask, it decides nothing. Where our answer is what completes the sale, it is
 * given only when the approval is on disk and still wanted.
 */
export class Doorbells {
  readonly #deps: DoorbellsDeps
  /** When an unsigned bell last made us ask, by attempt. */
  readonly #rung = new Recent<number>(20_000)

  constructor(deps: DoorbellsDeps) {
    this.#deps = deps
  }

  async ring(
    providerName: string,
    token: string,
    about: 'success' | 'cancel',
    bell: Omit<Doorbell, 'url'>,
  ): Promise<DoorbellAnswer> {
    const { store, ledger, watcher, providers, publicUrl } = this.#deps
    const found = ledger.peekToken(token) ?? (await store.findByToken(token))
    const rung = found && (await ledger.get(found.checkoutId))
    if (!found || rung?.provider !== providerName) return 'unknown'
    const { checkoutId } = found
    const provider = providers.for(rung, found.attempt)
    const url = callbackUrls(publicUrl, provider.name, token)[about]
    const said = provider.readDoorbell({ ...bell, url })
    if (!said || !isAbout(found.attempt, said)) return 'not_ours'
    if (!said.signed && !this.#mayRing(found.attempt)) return 'accepted'

    const attempt = said.signed
      ? await this.#adopt(checkoutId, found.attempt, said.providerRef ?? said.paymentRef)
      : found.attempt
    const asked = watcher.ask(checkoutId, attempt)
    const approval = attempt.connection?.approval ?? provider.approvalOf(attempt.payer.kind)
    if (approval !== 'awaits_callback_answer') {
      asked.catch(() => {}) // Whatever it was, the next poll meets it again.
      return 'accepted'
    }
    return this.#consent(checkoutId, attempt, asked)
  }

  /** The request whose answer was lost did arrive: this is the name of its payment. */
  async #adopt(checkoutId: string, attempt: Attempt, providerRef: string | null): Promise<Attempt> {
    if (attempt.providerRef || !providerRef) return attempt
    const evidence = { call: 'callback', code: 'adopted', referenceId: null }
    const fact = { type: 'requested', providerRef, paceMs: null, evidence } as const
    const { attempts } = await this.#deps.ledger.record(checkoutId, fact, attempt.id)
    return attempts.find(({ id }) => id === attempt.id) ?? attempt
  }

  #mayRing({ id }: Attempt): boolean {
    const now = this.#deps.clock.now()
    if (Math.abs(now - (this.#rung.get(id) ?? -Infinity)) < pauseOfUnsigned) return false
    this.#rung.set(id, now)
    return true
  }

  async #consent(
    checkoutId: string,
    attempt: Attempt,
    asked: Promise<void>,
  ): Promise<DoorbellAnswer> {
    const { ledger, clock, hasGate } = this.#deps
    const tooLong = new Promise<void>((resolve) => {
      clock.after(patienceOfProvider, resolve)
    })
    await Promise.race([asked, tooLong])
    const checkout = await ledger.get(checkoutId)
    const newest = checkout?.attempts.at(-1)
    const isWanted =
      newest?.id === attempt.id && newest.outcome === null && newest.authorized !== false
    if (!checkout || !isWanted || checkout.status === 'review') return 'refused'
    const isDecided = !hasGate || newest.authorized === true
    const isApproved = checkout.status === 'confirming' && isDecided
    return isApproved || checkout.status === 'paid' ? 'accepted' : 'later'
  }
}

/** A bell may name nothing; what it names must be this attempt's. */
const isAbout = (attempt: Attempt, { providerRef, reference }: DoorbellNames): boolean =>
  (reference === null || reference === attempt.reference) &&
  (providerRef === null || attempt.providerRef === null || providerRef === attempt.providerRef)
