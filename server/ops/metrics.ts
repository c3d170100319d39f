import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { eventTypes } from '../core/checkout.ts'
import type { Backlog } from '../core/store.ts'
import { securityEvents } from '../core/errors.ts'
import type { SecurityEvent } from '../core/errors.ts'
import { problemCodes, statuses } from '../protocol/index.ts'
import type { ProblemCode, Status } from '../protocol/index.ts'
import type { RefundCounts } from './refunds.ts'

/** Undefined: the database cannot be read at the moment. The metric is left out then, because nothing would be a lie. */
type Read<T> = Promise<T | undefined>

/** Values that are read when the metrics are scraped. */
export interface Sources {
  readonly countByStatus: () => Read<ReadonlyMap<Status, number>>
  /** Null when webhooks are disabled by the settings. */
  readonly backlog: () => Read<Backlog | null>
  /** The endpoint answered 410, so nothing is sent. */
  readonly webhooksDisabled: () => boolean
  /** The endpoint hangs or fails, so one event at a time is tried. */
  readonly webhooksSpaced: () => boolean
  readonly refunds: () => Read<RefundCounts>
  /** Checkouts with a reason for a review. */
  readonly inReview: () => Read<number>
  readonly tracked: () => number
  /** Attempts that ended without a payment and are due for another check. */
  readonly lateChecksDue: () => Read<number>
  readonly openStreams: () => number
  readonly now: () => number
}

/** Up to the longest timeout of a call. */
const callSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]
/** A step is delayed when the event loop is busy for more than one turn. */
const lagSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300]

/**
 * All Prometheus metrics. Label values come from fixed lists in the code: no id, phone number or reference can become one, and
 * their number does not grow with the number of checkouts.
 */
export class Metrics {
  readonly #registry = new Registry()
  readonly #calls = new Counter({
    name: 'netgiro_provider_calls_total',
    help: 'Calls to the payment provider, by outcome',
    labelNames: ['provider', 'call', 'outcome'] as const,
    registers: [this.#registry],
  })
  readonly #callSeconds = new Histogram({
    name: 'netgiro_provider_call_seconds',
    help: 'Response time of the payment provider',
    labelNames: ['provider', 'call'] as const,
    buckets: callSeconds,
    registers: [this.#registry],
  })
  readonly #credentials = new Counter({
    name: 'netgiro_provider_credentials_refused_total',
    help: 'Calls for which a payment provider refused our credentials',
    labelNames: ['provider'] as const,
    registers: [this.#registry],
  })
  readonly #lag = new Histogram({
    name: 'netgiro_watcher_lag_seconds',
    help: 'Scheduling delay of attempt steps',
    buckets: lagSeconds,
    registers: [this.#registry],
  })
  readonly #webhooks = new Counter({
    name: 'netgiro_webhooks_total',
    help: 'Webhook delivery attempts, by outcome',
    labelNames: ['outcome'] as const,
    registers: [this.#registry],
  })
  readonly #refused = new Counter({
    name: 'netgiro_requests_refused_total',
    help: 'Requests refused with a problem, by its code',
    labelNames: ['reason'] as const,
    registers: [this.#registry],
  })

  readonly #unproven = new Counter({
    name: 'netgiro_callbacks_unproven_total',
    help: 'Callbacks with a known URL whose signature does not match',
    registers: [this.#registry],
  })
  #unprovenCallbacks = 0
  readonly #security = new Counter({
    name: 'netgiro_security_events_total',
    help: 'Security events: wrong credentials, refused origins, callbacks and answers, reached limits',
    labelNames: ['event'] as const,
    registers: [this.#registry],
  })

  /**
   * @param providers - the names of the configured ones
   * @param labels - of every metric
   */
  constructor(providers: readonly string[], labels: Readonly<Record<string, string>> = {}) {
    this.#registry.setDefaultLabels(labels)
    // A series that is there from the start can be alerted on before the first bad day.
    for (const outcome of ['delivered', 'failed', 'given_up']) this.#webhooks.inc({ outcome }, 0)
    for (const reason of problemCodes) this.#refused.inc({ reason }, 0)
    for (const provider of providers) this.#credentials.inc({ provider }, 0)
    for (const event of securityEvents) this.#security.inc({ event }, 0)
  }

  /** Adds memory, processor and event loop metrics, which describe the whole process. */
  withProcess(): void {
    collectDefaultMetrics({ register: this.#registry })
  }

  /** Adds what `/readyz` says of the server. */
  withReadiness(isReady: () => Promise<boolean>): void {
    this.#gauge(
      'netgiro_ready',
      '1 while the server may get traffic, as /readyz says; 0 while it starts or stops, or the database cannot be written',
      async () => ((await isReady()) ? 1 : 0),
    )
  }

  /** Adds a count of the reloads of the merchants, and how the last one ended; returns what counts one. */
  withReloads(): (outcome: 'applied' | 'unchanged' | 'refused') => void {
    const reloads = new Counter({
      name: 'netgiro_merchants_reloads_total',
      help: 'Reloads of the merchants; unchanged: nothing was new; refused: wrong settings, all stayed as they were',
      labelNames: ['outcome'] as const,
      registers: [this.#registry],
    })
    for (const outcome of ['applied', 'unchanged', 'refused']) reloads.inc({ outcome }, 0)
    // A wrong file is read only once, so that the count says nothing of how long it stays wrong.
    const stale = new Gauge({
      name: 'netgiro_merchants_stale',
      help: '1 while the merchants run with the settings of before, because the last reload was refused',
      registers: [this.#registry],
    })
    return (outcome) => {
      reloads.inc({ outcome })
      stale.set(outcome === 'refused' ? 1 : 0)
    }
  }

  called(provider: string, call: string, outcome: string, ms: number): void {
    this.#calls.inc({ provider, call, outcome })
    this.#callSeconds.observe({ provider, call }, ms / 1_000)
  }

  credentialsRefused(provider: string): void {
    this.#credentials.inc({ provider })
  }

  actionTaken(lateMs: number): void {
    this.#lag.observe(lateMs / 1_000)
  }

  webhook(outcome: 'delivered' | 'failed' | 'given_up'): void {
    this.#webhooks.inc({ outcome })
  }

  refused(reason: ProblemCode): void {
    this.#refused.inc({ reason })
  }

  callbackUnproven(): void {
    this.#unproven.inc()
    this.#unprovenCallbacks++
  }

  /** Since the server started. */
  get unprovenCallbacks(): number {
    return this.#unprovenCallbacks
  }

  security(event: SecurityEvent): void {
    this.#security.inc({ event })
  }

  /** The metrics in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  get headers() {
    return { 'content-type': this.#registry.contentType, 'cache-control': 'no-store' }
  }

  /** Adds what is looked up in the running server; call once, when its parts are there. */
  observe(sources: Sources): void {
    this.#addCheckoutGauges(sources)
    this.#addWebhookGauges(sources)
    this.#addRefundGauges(sources)
  }

  #addCheckoutGauges({ countByStatus, inReview, tracked, ...sources }: Sources): void {
    const { lateChecksDue, openStreams } = sources
    new Gauge({
      name: 'netgiro_checkouts',
      help: 'Checkouts in the database, by status',
      labelNames: ['status'] as const,
      registers: [this.#registry],
      async collect() {
        const counts = await countByStatus()
        this.reset()
        if (counts) for (const status of statuses) this.set({ status }, counts.get(status) ?? 0)
      },
    })
    this.#gauge(
      'netgiro_checkouts_in_review',
      'Checkouts with a review that nobody has closed, also where they count as paid, as one that was paid twice does',
      inReview,
    )
    this.#gauge('netgiro_watched_checkouts', 'Checkouts with an open payment attempt', tracked)
    this.#gauge(
      'netgiro_late_checks_due',
      'Ended attempts whose next check for a late payment is due',
      lateChecksDue,
    )
    this.#gauge('netgiro_open_streams', 'Open event streams', openStreams)
  }

  #addWebhookGauges({ webhooksDisabled, webhooksSpaced, now, ...sources }: Sources): void {
    // A scrape reads all gauges at once, so the backlog is counted once for all of them.
    let counting: Read<Backlog | null> | null = null
    const backlog = () =>
      (counting ??= sources.backlog().finally(() => {
        counting = null
      }))
    const secondsSince = (at: number | null | undefined) => (at == null ? 0 : (now() - at) / 1_000)
    this.#gauge(
      'netgiro_webhooks_disabled',
      '1 after the endpoint answered 410: nothing is sent until an event is resent or the server restarts',
      () => (webhooksDisabled() ? 1 : 0),
    )
    this.#gauge(
      'netgiro_webhooks_spaced',
      '1 while the endpoint hangs or fails: one event at a time is tried, the most important first',
      () => (webhooksSpaced() ? 1 : 0),
    )
    new Gauge({
      name: 'netgiro_outbox_oldest_seconds_by_type',
      help: 'Age of the oldest undelivered webhook event, by type',
      labelNames: ['type'] as const,
      registers: [this.#registry],
      async collect() {
        const counted = await backlog()
        this.reset()
        if (counted === undefined) return
        for (const type of eventTypes)
          this.set({ type }, secondsSince(counted?.oldestByType.get(type)))
      },
    })
    this.#gauge('netgiro_outbox_undelivered', 'Undelivered webhook events', async () => {
      const counted = await backlog()
      return counted === null ? 0 : counted?.undelivered
    })
    this.#gauge(
      'netgiro_outbox_oldest_seconds',
      'Age of the oldest undelivered webhook event',
      async () => {
        const counted = await backlog()
        return counted === undefined ? undefined : secondsSince(counted?.oldestAt)
      },
    )
  }

  #addRefundGauges({ refunds }: Sources): void {
    this.#gauge(
      'netgiro_refunds_pending',
      'Refunds that the provider has not settled',
      async () => (await refunds())?.pending,
    )
    this.#gauge(
      'netgiro_refunds_in_review',
      'Refunds that need a person: refused though they may have been made, or not settled for a day',
      async () => (await refunds())?.inReview,
    )
  }

  #gauge(name: string, help: string, value: () => number | Read<number>): void {
    const options = {
      name,
      help,
      registers: [this.#registry],
      async collect(this: Gauge) {
        const read = await value()
        if (read === undefined) this.remove()
        else this.set(read)
      },
    }
    new Gauge(options)
  }
}
