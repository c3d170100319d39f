import type { ReactiveController } from 'lit'
import { isFinal, type Snapshot } from '../server/protocol/index.ts'
import { isCancelable } from './cancelable.ts'
import {
  checkoutClient,
  type CheckoutClient,
  type ErrorCode,
  type CheckoutAction,
  type ActionBody,
} from './checkout-client.ts'
import { eventsOf, NetgiroCheckoutEvent, NetgiroErrorEvent } from './events.ts'
import { explain } from './explain.ts'
import { follow } from './stream.ts'
import type { Platform } from './platform.ts'
import type { ControllerHost } from './updating-element.ts'

export interface CheckoutHost extends ControllerHost, EventTarget {
  readonly platform: Platform
  readonly isConnected: boolean
  readonly session: string | null | undefined
  readonly name: string | null | undefined
  matches(selector: string): boolean
  /** Whether the element has a use without a session; otherwise, it is reported if none comes in time. */
  readonly isSessionOptional?: boolean
  /** Opens the session that was set in this turn. */
  flush(): void
}

/** How long a problem with the connection stays visible after the connection is back: long enough to be read. */
const networkProblemMs = 6_000

/** Without a first response by then, the backend is shown as unreachable. */
const firstResponseTimeoutMs = 10_000

/** How often it is looked whether a form is ready for the receipt of a payment, and how many times before it is told anyway. */
const formIntervalMs = 200
const formChecks = 25

/** Their usual cause is a wrong setting, which a developer must be told of. */
const setupErrors = /_session$|unreachable/

/** Visible ASCII: the credential is sent in a header, where anything else would look like a lost connection. */
const sessionFormat = /^[!-~]+$/

/**
 * Differs in each load of the page, unlike `Math.random`, which some pages seed. Not `randomUUID`, which pages without https
 * do not have.
 */
const newKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-')

/**
 * Sends actions to the backend and applies the snapshots that come back. State changes only when a snapshot says so,
 * never because an action was sent. The newest snapshot wins, whether it came by response, stream or poll. Changes are
 * dispatched as events of the host.
 */
export class CheckoutController implements ReactiveController {
  snapshot: Snapshot | null = null
  /** Why the last action, or the session itself, was refused. */
  problem: ErrorCode | null = null
  /** The action that `problem` is about; null for the session itself. */
  failedAction: CheckoutAction | null = null
  /** Seconds until a retry makes sense; 0 if the backend did not say. */
  retryAfter = 0
  /** A start that was refused because another request of the same shopper is waiting on the phone. */
  blocked: ActionBody | null = null
  /** The action whose response is pending. */
  busy: CheckoutAction | null = null
  /** True after a few seconds without contact to the backend, and at once when the browser says that it is offline. */
  reconnecting = false
  /** Whether the form was shown. What it does not need comes afterwards. */
  isPainted = false

  readonly #host: CheckoutHost
  #client: CheckoutClient | null = null
  #sessionAbort = new AbortController()
  #followAbort: AbortController | null = null
  #idempotencyKeys: Record<string, string> = {}
  #server = ''
  /** Whether the snapshot, or one before it, came from the backend. */
  #isConfirmed = false
  /** Why no request can be sent at all. */
  #configError: ErrorCode | null = null
  /** The setup error that the console has explained. */
  #explained = ''
  #cancelReconnectNotice: (() => void) | undefined
  #cancelFirstResponseTimeout: (() => void) | undefined
  #cancelTick: (() => void) | undefined
  /** How many problems were shown. */
  #problems = 0
  /** When this element first saw the payment request waiting, in ms; 0 while none is. */
  #waitingSince = 0
  #deadline = 0
  /** What the last snapshot showed: another version of it may differ in nothing that a browser knows. */
  #shown = ''
  /** What is shown, or as soon as the form is ready for it. */
  #newest: Snapshot | null = null

  constructor(host: CheckoutHost) {
    this.#host = host
    host.addController(this)
  }

  /** Seconds until the request expires, by the server's clock. Zero proves nothing: only a snapshot ends a request. */
  get secondsLeft(): number {
    return Math.max(0, Math.ceil((this.#deadline - this.#host.platform.now()) / 1_000))
  }

  /** Seconds since this element first saw the payment request waiting. */
  get secondsWaited(): number {
    return (this.#host.platform.now() - this.#waitingSince) / 1_000
  }

  /** Shows what the page knows already, until the backend has told more. */
  begin(snapshot: Snapshot | null): void {
    if (snapshot && !this.#configError && !this.#isConfirmed) this.#show(snapshot)
  }

  /** Switches to another session, or to none. Nothing is canceled for the previous one. */
  open(server: string, session: string): void {
    this.#sessionAbort.abort()
    this.#sessionAbort = new AbortController()
    this.snapshot =
      this.problem =
      this.failedAction =
      this.busy =
      this.blocked =
      this.#newest =
        null
    this.#idempotencyKeys = {}
    this.#isConfirmed = false
    this.#waitingSince = 0
    this.#server = server
    this.#explained = this.#shown = ''
    this.#configError = sessionFormat.test(session)
      ? server
        ? null
        : 'unreachable'
      : 'unknown_session'
    this.#client = session ? checkoutClient(server, session, this.#host.platform) : null
    this.refresh()
  }

  /** Reads the snapshot now and follows the stream anew. Does nothing while the host is not connected. */
  refresh(): void {
    this.#stopFollowing()
    const client = this.#client
    const { platform, isConnected, isSessionOptional } = this.#host
    if (!isConnected || (this.#isConfirmed && isFinal(this.#newest?.status))) return
    if (!client) {
      if (!isSessionOptional) this.#expect(() => this.dispatchError('no_session'))
      return
    }
    if (this.#configError) {
      this.showError(this.#configError)
      return
    }
    const { signal } = (this.#followAbort = new AbortController())
    if (!this.#isConfirmed) this.#expect(() => this.showError('unreachable'))
    platform.afterPaint(() => {
      if (!this.isPainted) {
        this.isPainted = true
        // What the page's own script does about it takes time.
        if (this.snapshot) this.#tell(null, this.snapshot)
      }
      if (signal.aborted) return
      this.#host.requestUpdate()
      // [wicg] page-lifecycle: a page that was frozen gets `resume`, and `visibilitychange` only if it was hidden as well.
      for (const name of ['visibilitychange', 'pageshow', 'online', 'offline', 'resume'])
        window.addEventListener(name, this.#refreshOnResume, { capture: true, signal })
      void follow({
        client,
        platform,
        signal,
        onSnapshot: (snapshot) => this.#applySnapshot(snapshot),
        isUrgent: () => this.#waitingSince > 0,
        onStale: (delay) =>
          (this.#cancelReconnectNotice ??= platform.after(delay, () =>
            this.#setReconnecting(true),
          )),
        onUnknownSession: () => {
          this.#stopFollowing()
          this.showError('unknown_session')
        },
      })
    })
  }

  /** Clears the problem and reconnects. */
  retry(): void {
    this.problem = null
    this.refresh()
  }

  /** Whether a start can be requested, as far as is known here. */
  canStart(): boolean {
    this.#host.flush()
    return !this.busy && (this.snapshot?.status ?? 'open') === 'open'
  }

  /** Requests a payment, unless the page prevents it in `netgiro-before-start`. */
  async start(body: ActionBody): Promise<void> {
    const event = new NetgiroCheckoutEvent('before-start', this.snapshot, true)
    // A listener may have set another session.
    if (this.#host.dispatchEvent(event) && this.canStart()) await this.send('start', body)
  }

  /**
   * Sends an action. Its idempotency key is kept until the backend responds, so that repeating an action whose response
   * was lost takes effect once.
   */
  async send(action: CheckoutAction, body: ActionBody = {}): Promise<void> {
    const client = this.#client
    if (this.busy || !client || this.#configError) return
    const { signal } = this.#sessionAbort
    const key = (this.#idempotencyKeys[action + JSON.stringify(body)] ??= newKey())
    this.busy = action
    this.problem = this.blocked = null
    this.#host.requestUpdate()
    const shown = this.#shown
    const answer = await client.post(action, body, signal, key)
    if (signal.aborted) return
    this.busy = null
    if (answer.code !== 'network') this.#idempotencyKeys = {}
    if ('status' in answer) {
      this.#applySnapshot(answer, true)
      return
    }
    this.retryAfter = answer.retryAfter ?? 0
    if (answer.canCancelWaiting) this.blocked = body
    const { snapshot } = this
    // A request that goes on says nothing of a cancellation that may be lost.
    const goesOn = action === 'cancel' && snapshot && isCancelable(snapshot)
    // What became of a lost action may have been told on another way.
    const isTold = answer.code === 'network' && shown && shown !== this.#shown && !goesOn
    // Beside an end, no refusal matters.
    if (!isTold && !isFinal(snapshot?.status)) this.showError(answer.code, action)
    if (answer.code === 'too_many_requests' && this.retryAfter)
      this.#hideProblemAfter(this.retryAfter * 1_000)
    this.refresh()
  }

  /** Dispatches `netgiro-error` without showing anything. A setup error without any snapshot is reported once. */
  dispatchError(code: ErrorCode): void {
    if (this.#explained === code) {
      if (!this.snapshot) return
    } else if (setupErrors.test(code)) {
      this.#explained = code
      explain('setup', code, this.#server, this.#host)
    }
    this.#host.dispatchEvent(new NetgiroErrorEvent(code, this.snapshot))
  }

  /** Shows a problem, of an action or of the session, until the next change and dispatches `netgiro-error`. */
  showError(code: ErrorCode, action: CheckoutAction | null = null): void {
    this.failedAction = action
    const isKept = action || this.busy || this.#isConfirmed
    // What nobody can start is not offered: the page's own content is shown instead.
    if (!isKept && this.snapshot?.status === 'open') this.snapshot = null
    this.#host.requestUpdate()
    if (this.problem === code) return
    this.problem = code
    this.#problems++
    this.dispatchError(code)
  }

  hostConnected(): void {
    if (!this.#followAbort) this.refresh()
  }

  /** Waits for a later task, because an element that is moved in the page is disconnected and connected again. */
  hostDisconnected(): void {
    this.#host.platform.after(0, () => {
      if (!this.#host.isConnected) this.#stopFollowing()
    })
  }

  /** Renders every second while a payment request is waiting, for the countdown. */
  hostUpdated(): void {
    this.#cancelTick?.()
    if (this.#waitingSince && this.#host.isConnected) {
      this.#cancelTick = this.#host.platform.after(1_000, () => this.#host.requestUpdate())
    }
  }

  /** After the shopper returns from another app, the connection may be lost without an error. */
  #refreshOnResume = (event: Event): void => {
    // False for a page that was loaded, and not restored.
    if ((event as Partial<PageTransitionEvent>).persisted === false) return
    this.refresh()
    if (event.type === 'offline') this.#setReconnecting(true)
  }

  /** Hides a problem whose reason is gone, unless another one is shown by then. */
  #hideProblemAfter(ms: number): void {
    const shown = this.#problems
    this.#host.platform.after(ms, () => {
      if (shown !== this.#problems) return
      this.problem = this.blocked = null
      this.#host.requestUpdate()
    })
  }

  /** Does this unless a session, or a first response, comes in time. */
  #expect(report: () => void): void {
    this.#cancelFirstResponseTimeout = this.#host.platform.after(firstResponseTimeoutMs, report)
  }

  #stopFollowing(): void {
    this.#followAbort?.abort()
    this.#followAbort = null
    this.#cancelFirstResponseTimeout?.()
    this.#setReconnecting()
  }

  #setReconnecting(isReconnecting = false): void {
    this.#cancelReconnectNotice?.()
    this.#cancelReconnectNotice = undefined
    this.reconnecting = isReconnecting
    this.#host.requestUpdate()
  }

  #applySnapshot(snapshot: Snapshot, isAnswer = false): void {
    const isFirst = !this.#isConfirmed
    this.#isConfirmed = true
    this.#cancelFirstResponseTimeout?.()
    this.#setReconnecting()
    // Whatever version the page wrote into its own, the backend's is right.
    const newest = this.#newest
    const isOver = isFinal(snapshot.status)
    const isNew = isFirst || !newest || snapshot.version >= newest.version
    // An end has the largest version, unless the backend's store was restored.
    if (!isNew && !(isOver && !isFinal(newest.status))) return
    if (isOver) this.#stopFollowing()
    // Another attempt may have ended in the same way.
    if (isAnswer) this.#shown = ''
    // It was about the backend, which may have told nothing new.
    if (isFirst && !this.failedAction) this.problem = null
    this.#show(snapshot)
  }

  #show(snapshot: Snapshot, checks = formChecks): void {
    const before = this.snapshot
    this.#newest = snapshot
    const isNewlyPaid = snapshot.status === 'paid' && before?.status !== 'paid'
    // A listener may submit the form at once. [html] Without the file that adds the receipt, no form waits for the element; without a
    // name, none has to.
    if (checks && isNewlyPaid && this.#host.name && this.#host.matches(':valid')) {
      this.#host.platform.after(formIntervalMs, () => {
        if (this.#newest === snapshot) this.#show(snapshot, checks - 1)
      })
      return
    }
    this.snapshot = snapshot
    this.#host.requestUpdate()
    const now = this.#host.platform.now()
    this.#waitingSince = snapshot.status.startsWith('awaiting') ? this.#waitingSince || now : 0
    this.#deadline = now + +new Date(snapshot.expiresAt) - +new Date(snapshot.serverTime)
    // An attempt that ended may become uncertain, and certain again.
    const shown = JSON.stringify({ ...snapshot, version: 0, serverTime: 0, uncertain: 0 })
    const isSame = shown === this.#shown
    this.#shown = shown
    const isKnown = before?.version === snapshot.version && before.status === snapshot.status
    // The first one tells nothing of a start that was refused before it, unless a request is under way anyway.
    const tellsMore = !isSame && !isKnown && (before || snapshot.status !== 'open')
    if (tellsMore) this.problem = this.blocked = null
    else if (this.problem === 'network') this.#hideProblemAfter(networkProblemMs)
    if (!isKnown && this.isPainted) this.#tell(before, snapshot, isSame)
  }

  #tell(before: Snapshot | null, snapshot: Snapshot, isSame = false): void {
    for (const event of eventsOf(before, snapshot)) {
      this.#host.dispatchEvent(event)
      if (isSame) return
    }
  }
}
