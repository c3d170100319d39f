import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { eventTypes } from '../core/checkout.ts'
import type { Backlog } from '../core/store.ts'
import { securityEvents } from '../core/errors.ts'
import type { SecurityEvent } from '../core/errors.ts'
import { problemCodes, statuses } from '../protocol/index.ts'
import type { ProblemCode, Status } from '../protocol/index.ts'
import type { RefundCounts } from './refunds.ts'

/** What is looked up when somebody asks, and not before. */
export interface Sources {
  readonly countByStatus: () => Promise<ReadonlyMap<Status, number>>
  /** Null where nobody is told by webhook. */
  readonly backlog: () => Promise<Backlog | null>
  /** Nobody is told any more, for the shop's endpoint said that it is gone. */
  readonly webhooksDisabled: () => boolean
  /** The shop's endpoint hangs or fails: it is tried with one event at a time. */
  readonly webhooksSpaced: () => boolean
  readonly refunds: () => Promise<RefundCounts>
  readonly tracked: () => number
  /** Attempts that ended without a payment and are due to be looked at once more. */
  readonly lateChecksDue: () => Promise<number>
  readonly openStreams: () => number
  readonly now: () => number
  /** Those that are configured, by name. */
  readonly providers?: readonly string[]
}

/** Up to the longest that a call may take. */
const callSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]
/** The watcher is late when a step waits for more than one turn of a busy event loop. */
const lagSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300]

/**
 * Everything that is measured. Labels come from lists that are closed in the code: no id, phone or reference can become
 * one, and their number does not grow with the number of checkouts.
 */
export class Metrics {
  readonly #registry = new Registry()
  readonly #calls = new Counter({
    name: 'netgiro_provider_calls_total',
    help: 'Calls to the payment provider, by what the answer meant',
    labelNames: ['call', 'outcome'] as const,
    registers: [this.#registry],
  })
  readonly #callSeconds = new Histogram({
    name: 'netgiro_provider_call_seconds',
    help: 'How long the payment provider took to answer',
    labelNames: ['call'] as const,
    buckets: callSeconds,
    registers: [this.#registry],
  })
  readonly #credentials = new Counter({
    name: 'netgiro_provider_credentials_refused_total',
    help: 'Calls that a payment provider did not let in, for it does not take our credentials',
    labelNames: ['provider'] as const,
    registers: [this.#registry],
  })
  readonly #lag = new Histogram({
    name: 'netgiro_watcher_lag_seconds',
    help: 'How much later than planned a step about a checkout was taken',
    buckets: lagSeconds,
    registers: [this.#registry],
  })
  readonly #webhooks = new Counter({
    name: 'netgiro_webhooks_total',
    help: 'Tries to deliver a webhook, by outcome',
    labelNames: ['outcome'] as const,
    registers: [this.#registry],
  })
  readonly #refused = new Counter({
    name: 'netgiro_requests_refused_total',
    help: 'Requests that were answered with a problem, by its code',
    labelNames: ['reason'] as const,
    registers: [this.#registry],
  })

  readonly #unproven = new Counter({
    name: 'netgiro_callbacks_unproven_total',
    help: 'Callbacks about requests of ours whose signature does not fit',
    registers: [this.#registry],
  })
  #unprovenCallbacks = 0
  readonly #security = new Counter({
    name: 'netgiro_security_events_total',
    help: 'Failed credentials, refused origins and callbacks, and limits that were reached',
    labelNames: ['event'] as const,
    registers: [this.#registry],
  })

  constructor(sources: Sources) {
    this.#look(sources)
    // A series that is there from the start can be alerted on before the first bad day.
    for (const outcome of ['delivered', 'failed', 'given_up']) this.#webhooks.inc({ outcome }, 0)
    for (const reason of problemCodes) this.#refused.inc({ reason }, 0)
    for (const provider of sources.providers ?? []) this.#credentials.inc({ provider }, 0)
    for (const event of securityEvents) this.#security.inc({ event }, 0)
  }

  /** Memory, processor, event loop and the like: facts of the whole process, so only where somebody reads them. */
  withProcess(): void {
    collectDefaultMetrics({ register: this.#registry })
  }

  called(call: string, outcome: string, ms: number): void {
    this.#calls.inc({ call, outcome })
    this.#callSeconds.observe({ call }, ms / 1_000)
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

  /** Since the start. */
  get unprovenCallbacks(): number {
    return this.#unprovenCallbacks
  }

  security(event: SecurityEvent): void {
    this.#security.inc({ event })
  }

  /** The text that Prometheus reads. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  get headers() {
    return { 'content-type': this.#registry.contentType, 'cache-control': 'no-store' }
  }

  #look(sources: Sources): void {
    const { countByStatus, webhooksDisabled, webhooksSpaced, refunds } = sources
    const { tracked, lateChecksDue, openStreams, now } = sources
    // Whoever reads the metrics asks for all of them at once: the backlog is counted once.
    let counting: Promise<Backlog | null> | null = null
    const backlog = () =>
      (counting ??= sources.backlog().finally(() => {
        counting = null
      }))
    const registers = [this.#registry]
    new Gauge({
      name: 'netgiro_checkouts',
      help: 'Checkouts in the database, by status',
      labelNames: ['status'] as const,
      registers,
      async collect() {
        const counts = await countByStatus()
        for (const status of statuses) this.set({ status }, counts.get(status) ?? 0)
      },
    })
    gauge(
      'netgiro_watched_checkouts',
      'Checkouts whose request to a phone is looked after',
      tracked,
    )
    gauge(
      'netgiro_late_checks_due',
      'Ended requests whose next look for a late payment is due and was not made yet',
      lateChecksDue,
    )
    gauge('netgiro_open_streams', 'Event streams that browsers read', openStreams)
    gauge(
      'netgiro_webhooks_disabled',
      '1 since the endpoint answered 410: nothing is sent until an event is resent, or the next start',
      () => (webhooksDisabled() ? 1 : 0),
    )
    gauge(
      'netgiro_webhooks_spaced',
      '1 while the endpoint hangs or fails: it is tried with one event at a time, what matters first',
      () => (webhooksSpaced() ? 1 : 0),
    )
    new Gauge({
      name: 'netgiro_outbox_oldest_seconds_by_type',
      help: 'Age of the oldest event of this type that the shop has not taken and is still told of',
      labelNames: ['type'] as const,
      registers,
      async collect() {
        const oldest = (await backlog())?.oldestByType
        for (const type of eventTypes) {
          const at = oldest?.get(type)
          this.set({ type }, at === undefined ? 0 : (now() - at) / 1_000)
        }
      },
    })
    gauge(
      'netgiro_outbox_undelivered',
      'Events that the shop has not taken and is still told of',
      async () => (await backlog())?.undelivered ?? 0,
    )
    gauge(
      'netgiro_outbox_oldest_seconds',
      'Age of the oldest event that the shop has not taken and is still told of',
      async () => {
        const oldestAt = (await backlog())?.oldestAt ?? null
        return oldestAt === null ? 0 : (now() - oldestAt) / 1_000
      },
    )

    gauge(
      'netgiro_refunds_pending',
      'Refunds that the provider has not settled',
      async () => (await refunds()).pending,
    )
    gauge(
      'netgiro_refunds_in_review',
      'Refunds that only a person can settle: refused though they may have been made, or a day without an end',
      async () => (await refunds()).inReview,
    )

    function gauge(name: string, help: string, value: () => number | Promise<number>) {
      const options = {
        name,
        help,
        registers,
        async collect(this: Gauge) {
          this.set(await value())
        },
      }
      new Gauge(options)
    }
  }
}
