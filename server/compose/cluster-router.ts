import type { Command, CommandAnswer, CommandRouter, Handover } from '../core/commands.ts'
import { CheckoutError, tryAgainShortly } from '../core/errors.ts'
import type { Cipher } from '../crypto.ts'
import type { Tracing } from '../ops/tracing/tracing.ts'
import type { Cluster } from '../store/postgres/cluster.ts'
import {
  decodeAnswer,
  decodeCommand,
  encodeAnswer,
  encodeCommand,
  encodeError,
} from './command-codec.ts'
import type { RunningMerchants } from './merchants.ts'

/** In case a notification was lost. */
const pollIntervalMs = 1_000
const removeEveryMs = 60_000

interface RouterDeps {
  readonly cluster: Cluster
  /** A command may contain a phone number, which is never stored in clear. */
  readonly cipher: Cipher
  /** Null: nothing is traced. */
  readonly tracing: Tracing | null
  readonly onError: (error: unknown) => void
}

/** A command and whose it is. */
interface Sent {
  readonly merchantId: string
  readonly command: string
  /** The span that it is a part of. Missing where the server that hands it over traces nothing, or is of the version before. */
  readonly traceparent?: string | undefined
}

/** Carries commands out here if this server owns the checkout, and hands them to the owner through the database otherwise. */
export class ClusterRouter {
  readonly #deps: RouterDeps
  #merchants: Pick<RunningMerchants, 'get'> | null = null
  #taking: Promise<void> | null = null
  #isTakeDue = false
  readonly #underWay = new Set<Promise<void>>()
  #timers: NodeJS.Timeout[] = []

  constructor(deps: RouterDeps) {
    this.#deps = deps
  }

  /** For the commands of one merchant. */
  routerFor(merchantId: string): CommandRouter {
    return { run: (command, handover) => this.#run(merchantId, command, handover) }
  }

  async #run<T extends CommandAnswer>(
    merchantId: string,
    command: Command,
    handover: Handover<T>,
  ): Promise<T> {
    const { cluster, cipher, tracing } = this.#deps
    const { here, late, waitMs, stays = false } = handover
    if (cluster.leases.accepts(command.checkoutId)) return here()
    const traceparent = tracing?.traceparent()
    const sent: Sent = { merchantId, command: encodeCommand(command), traceparent }
    const sealed = cipher.seal(JSON.stringify(sent))
    const handed = await cluster.commands.hand(command.checkoutId, sealed, { waitMs, stays })
    if (handed.kind === 'answered') return decodeAnswer(handed.answer) as T
    if (handed.kind === 'untaken' && !stays) throw tryAgainShortly()
    return late()
  }

  /** Begins to carry out what others hand over. */
  start(merchants: Pick<RunningMerchants, 'get'>): void {
    this.#merchants = merchants
    const { cluster, onError } = this.#deps
    const every = (ms: number, work: () => void) => {
      const timer = setInterval(work, ms)
      timer.unref()
      this.#timers.push(timer)
    }
    every(pollIntervalMs, () => this.take())
    every(removeEveryMs, () => void cluster.commands.removeOld().catch(onError))
  }

  /** Takes what waits for this server. */
  take(): void {
    this.#isTakeDue = true
    this.#taking ??= this.#takeAll()
      .catch(this.#deps.onError)
      .finally(() => {
        this.#taking = null
      })
  }

  /** Takes nothing more; resolves when what was taken has been answered. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#merchants = null
    await this.#taking
    await Promise.allSettled(this.#underWay)
  }

  async #takeAll(): Promise<void> {
    const { commands, leases } = this.#deps.cluster
    while (this.#isTakeDue && this.#merchants) {
      this.#isTakeDue = false
      for (const { id, sealed } of await commands.take(leases.partitions, leases.owner)) {
        const done = this.#carryOut(id, sealed)
          .catch(this.#deps.onError)
          .finally(() => this.#underWay.delete(done))
        this.#underWay.add(done)
      }
    }
  }

  async #carryOut(id: string, sealed: string): Promise<void> {
    const { cluster, cipher, tracing, onError } = this.#deps
    let checkoutId: string | null = null
    let answer
    try {
      const { merchantId, command: text, traceparent } = JSON.parse(cipher.open(sealed)) as Sent
      const command = decodeCommand(text)
      checkoutId = command.checkoutId
      const execute = () => this.#execute(merchantId, command)
      answer = encodeAnswer(await (tracing?.continuing(traceparent, execute) ?? execute()))
    } catch (error) {
      // The checkout went to another server meanwhile.
      const isElsewhere = checkoutId !== null && !cluster.leases.accepts(checkoutId)
      if (isElsewhere && (await cluster.commands.giveBack(id))) return
      if (!(error instanceof CheckoutError)) onError(error)
      answer = encodeError(error instanceof CheckoutError ? error : tryAgainShortly())
    }
    await cluster.commands.answer(id, answer)
  }

  async #execute(merchantId: string, command: Command): Promise<CommandAnswer> {
    const merchant = this.#merchants?.get(merchantId)
    const { checkoutId } = command
    // It went to another server meanwhile, and must not be handed on and on.
    if (!merchant || !this.#deps.cluster.leases.accepts(checkoutId)) throw tryAgainShortly()
    const { checkouts, refunds, callbacks } = merchant
    if (command.type === 'callback') {
      const { provider, token, about, callback } = command
      return callbacks.handle(provider, token, about, callback)
    }
    const checkout = await checkouts.byId(checkoutId)
    switch (command.type) {
      case 'start':
        return checkouts.start(checkout, command.payer, command.address, command.cancelWaiting)
      case 'submit_code':
        return checkouts.submitCode(checkout, command.code, command.key)
      case 'cancel_attempt':
        return checkouts.cancelAttempt(checkout)
      case 'close':
        return checkouts.close(checkout)
      case 'refund':
        return refunds.request(checkout, command.input, command.key)
      case 'close_refund':
        return refunds.close(checkoutId, command.refundId, command.as, command.note)
      case 'close_review':
        return checkouts.closeReview(checkoutId, command.review, command.note)
    }
  }
}
