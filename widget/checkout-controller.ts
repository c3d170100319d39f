import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { isFinal, type Snapshot } from '../server/protocol/index.ts'
import {
  checkoutClient,
  CheckoutProblem,
  codeOf,
  type CheckoutClient,
  type ErrorCode,
  type Wish,
  type WishBody,
} from './checkout-client.ts'
import { eventsOf, NetgiroCheckoutEvent, NetgiroErrorEvent } from './events.ts'
import { follow } from './stream.ts'
import type { World } from './world.ts'

export interface CheckoutHost extends ReactiveControllerHost, EventTarget {
  readonly world: World
  readonly isConnected: boolean
}

/** Trouble shorter than this is nobody's business. */
const calmFor = 3_000

/** A backend that has not answered once by then is out of reach, as far as the shopper is concerned. */
const firstAnswerWithin = 10_000

/** A credential goes into a header: anything else would make every request fail, and look like a lost connection. */
const sendable = /^[!-~]+$/

/**
 * Wishes go out, facts come in: nothing here moves because it was asked for, only because a snapshot said so. The
 * newest snapshot wins, whichever road it came by. What comes in is told as the host's events.
 */
export class CheckoutController implements ReactiveController {
  snapshot: Snapshot | null = null
  /** Why the last wish, or the session itself, was refused. */
  problem: ErrorCode | null = null
  /** With a problem that time solves: seconds. */
  retryAfter = 0
  /** A start that was refused for a request of the same shopper that is in its way. */
  blocked: WishBody | null = null
  /** The wish whose answer is still out. */
  busy: Wish | null = null
  /** We have not heard from the backend for a while. */
  reconnecting = false

  readonly #host: CheckoutHost
  #client: CheckoutClient | null = null
  #session = new AbortController()
  #following: AbortController | null = null
  #keys: Record<string, string> = {}
  #server = ''
  /** Why there is nobody to ask. */
  #hopeless: ErrorCode | null = null
  #toldUnreachable = false
  #cancelTrouble: (() => void) | undefined
  #cancelVerdict: (() => void) | undefined
  #cancelTick: (() => void) | undefined
  /** When this element first saw a request waiting; 0 when none does. */
  #since = 0
  #deadline = 0

  constructor(host: CheckoutHost) {
    this.#host = host
    host.addController(this)
  }

  /** Seconds left of the request, by the server's clock. Zero proves nothing: only a snapshot tells what became of it. */
  get left(): number {
    return Math.max(0, Math.ceil((this.#deadline - this.#host.world.now()) / 1_000))
  }

  /** Seconds since this element first saw the request waiting. */
  get waited(): number {
    return (this.#host.world.now() - this.#since) / 1_000
  }

  /** Turns to another session, or to none. What was under way for the old one goes on without us. */
  open(server: string, session: string | undefined): void {
    this.#session.abort()
    this.#session = new AbortController()
    this.snapshot = this.problem = this.busy = this.blocked = null
    this.#keys = {}
    this.#server = server
    this.#toldUnreachable = false
    this.#hopeless = !session
      ? null
      : !sendable.test(session)
        ? 'unknown_session'
        : server
          ? null
          : 'unreachable'
    this.#client = session ? checkoutClient(server, session, this.#host.world) : null
    this.refresh()
  }

  /** Looks at once, then follows the stream anew. A server that renders has no page that could follow. */
  refresh(): void {
    this.#stop()
    const client = this.#client
    const { world, isConnected } = this.#host
    if (!client || !isConnected || (this.snapshot && isFinal(this.snapshot.status))) return
    if (this.#hopeless) {
      this.fail(this.#hopeless)
      return
    }
    const { signal } = (this.#following = new AbortController())
    if (!this.snapshot) {
      this.#cancelVerdict = world.after(firstAnswerWithin, () => this.fail('unreachable'))
    }
    void follow({
      client,
      world,
      signal,
      onSnapshot: (snapshot) => this.#take(snapshot),
      onUnsure: () => (this.#cancelTrouble ??= world.after(calmFor, () => this.#calm(true))),
      onRefused: (code) => {
        this.#stop()
        this.fail(code)
      },
    })
  }

  /** Begins anew, because the shopper says so. */
  retry(): void {
    this.problem = null
    this.refresh()
  }

  /** A start can be asked for, as far as we know. */
  get startable(): boolean {
    return !this.busy && (this.snapshot?.status ?? 'open') === 'open'
  }

  /** Has the payer asked, unless the page objects. */
  async start(body: WishBody): Promise<void> {
    const asking = new NetgiroCheckoutEvent('before-start', this.snapshot, true)
    if (this.#host.dispatchEvent(asking)) await this.ask('start', body)
  }

  /** Once more, at the expense of the request that is in the way. */
  async replace(): Promise<void> {
    if (this.blocked) await this.start({ ...this.blocked, cancelWaiting: true })
  }

  /** One key per press, kept until there is an answer: what the network swallowed may be pressed again and counts once. */
  async ask(wish: Wish, body: WishBody = {}): Promise<void> {
    const client = this.#client
    if (this.busy || !client || this.#hopeless) return
    const { world } = this.#host
    const { signal } = this.#session
    const key = (this.#keys[wish + JSON.stringify(body)] ??= `${world.now()}-${world.random()}`)
    this.busy = wish
    this.problem = this.blocked = null
    this.#host.requestUpdate()
    try {
      const snapshot = await client.wish(wish, body, signal, key)
      if (signal.aborted) return
      this.busy = null
      this.#keys = {}
      this.#take(snapshot)
    } catch (problem) {
      if (signal.aborted) return
      this.busy = null
      const code = codeOf(problem)
      if (code !== 'network') this.#keys = {}
      if (problem instanceof CheckoutProblem) {
        this.retryAfter = problem.retryAfter
        if (problem.canCancelWaiting) this.blocked = body
      }
      this.fail(code)
      this.refresh()
    }
  }

  /** Tells the page alone. */
  complain(code: ErrorCode): void {
    this.#host.dispatchEvent(new NetgiroErrorEvent(code, this.snapshot))
  }

  /** Shows a problem until there is news, and tells the page. */
  fail(code: ErrorCode): void {
    if (this.problem === code) return
    this.problem = code
    this.#host.requestUpdate()
    if (code === 'unreachable') {
      if (this.#toldUnreachable) return
      this.#toldUnreachable = true
      console.error(
        `netgiro: no answer from server="${this.#server}". Is it the backend, with ${location.origin} in its ALLOWED_ORIGINS?`,
      )
    }
    this.complain(code)
  }

  hostConnected(): void {
    this.#listen(true)
    if (!this.#following) this.refresh()
  }

  /** Moved in the page is not removed from it: the decision falls in a later task. */
  hostDisconnected(): void {
    this.#host.world.after(0, () => {
      if (this.#host.isConnected) return
      this.#listen(false)
      this.#stop()
    })
  }

  /** While a request waits, the screen counts its seconds. */
  hostUpdated(): void {
    this.#cancelTick?.()
    if (this.#since && this.#host.isConnected) {
      this.#cancelTick = this.#host.world.after(1_000, () => this.#host.requestUpdate())
    }
  }

  /** A phone that comes back from another app may hold a socket that died without a word. */
  #wake = (event: Event): void => {
    if (event.type !== 'pageshow' || (event as PageTransitionEvent).persisted) this.refresh()
  }

  #listen(on: boolean): void {
    for (const name of ['visibilitychange', 'pageshow', 'online']) {
      window[on ? 'addEventListener' : 'removeEventListener'](name, this.#wake, true)
    }
  }

  #stop(): void {
    this.#following?.abort()
    this.#following = null
    this.#cancelVerdict?.()
    this.#calm()
  }

  #calm(over = false): void {
    this.#cancelTrouble?.()
    this.#cancelTrouble = undefined
    this.reconnecting = over
    this.#host.requestUpdate()
  }

  #take(now: Snapshot): void {
    const before = this.snapshot
    this.#cancelVerdict?.()
    this.#calm()
    if (before && now.version < before.version) return
    this.snapshot = now
    const clock = this.#host.world.now()
    this.#since = now.status.startsWith('awaiting') ? this.#since || clock : 0
    this.#deadline = clock + Date.parse(now.expiresAt) - Date.parse(now.serverTime)
    if (isFinal(now.status)) this.#stop()
    if (before?.version === now.version) return
    this.problem = this.blocked = null
    for (const event of eventsOf(before, now)) this.#host.dispatchEvent(event)
  }
}
