import { randomUUID } from 'node:crypto'
import { setImmediate, setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { Client } from 'pg'
import * as v from 'valibot'
import { UnusableDatabase } from '../failure.ts'
import { currentSchema } from './current-schema.ts'
import { compiled } from '../compiled.ts'
import type { Tables } from '../schema.ts'

/** What servers tell each other. Ids and versions only: a notification is a hint, and never what anything depends on. */
export interface Hint {
  /** Checkouts that changed. */
  readonly changed?: readonly string[]
  /** Checkouts whose sessions were ended. */
  readonly revoked?: readonly string[]
  /** Commands that wait for the owner of their partition. */
  readonly handed?: readonly string[]
  /** Commands that were carried out. */
  readonly answered?: readonly string[]
  /** Merchants with events that support has sent again. */
  readonly resent?: readonly string[]
  /** Partitions have become free, or a server has joined that wants its share. */
  readonly free?: true
}

interface Message extends Hint {
  readonly from: string
  /** The sender hears itself. */
  readonly beat?: number
}

/** Notifications serialize the commits of their transactions, so that they are sent outside of them, and together. */
const coalesceMs = 10
/** [postgresql] "it must be shorter than 8000 bytes". */
const maxPayloadBytes = 7_000
const heartbeatMs = 5_000
const firstHeartbeatMs = 3_000
const reconnectDelayMs = 500

interface NotificationsDeps {
  readonly db: Kysely<Tables>
  /** A direct URL: a pooler of transactions would drop what is listened for. */
  readonly url: string
}

export interface Listener {
  onHint(hint: Hint): void
  /** Hints may have been missed. */
  onGap(): void
}

/** One connection that listens, and at most one batch of hints every few milliseconds. */
export class Notifications {
  readonly #deps: NotificationsDeps
  readonly #from = randomUUID()
  #channel = ''
  #client: Client | null = null
  #listener: Listener | null = null
  #pending = noIds()
  #flags: Pick<Hint, 'free'> = {}
  #sending: Promise<void> | null = null
  #sentAt = -Infinity
  #beat = 0
  #heard = 0
  #cancelTimer = () => {}
  #isStopped = false

  constructor(deps: NotificationsDeps) {
    this.#deps = deps
  }

  /** @throws UnusableDatabase if the connection hears nothing */
  async start(listener: Listener): Promise<void> {
    this.#listener = listener
    this.#channel = `netgiro_checkout_${await currentSchema(this.#deps.db)}`
    try {
      await this.#connect()
    } catch {
      throw new UnusableDatabase(unreachable)
    }
    await this.#sendBeat()
    for (let waited = 0; this.#heard === 0; waited += coalesceMs) {
      if (waited >= firstHeartbeatMs) {
        await this.stop()
        throw new UnusableDatabase(deaf)
      }
      await pause(coalesceMs)
    }
    this.#scheduleHeartbeat()
  }

  /** Sends the hint soon, together with others. */
  send({
    changed = [],
    revoked = [],
    handed = [],
    answered = [],
    resent = [],
    ...flags
  }: Hint): void {
    if (this.#isStopped) return
    this.#pending.resent.push(...resent)
    this.#pending.changed.push(...changed)
    this.#pending.revoked.push(...revoked)
    this.#pending.handed.push(...handed)
    this.#pending.answered.push(...answered)
    Object.assign(this.#flags, flags)
    this.#sending ??= this.#sendSoon()
  }

  async stop(): Promise<void> {
    this.#cancelTimer()
    await this.#sending
    this.#isStopped = true
    await this.#client?.end().catch(() => {})
  }

  async #sendSoon(): Promise<void> {
    // The first hint goes at once, without a timer, which takes a millisecond; those that follow closely go together.
    const waitMs = this.#sentAt + coalesceMs - performance.now()
    await (waitMs > 0 ? pause(waitMs) : setImmediate())
    this.#sentAt = performance.now()
    const payloads = this.#takePending()
    this.#sending = null
    // While the database is away there is nobody to tell, and afterwards everybody looks.
    for (const payload of payloads) await this.#notify(payload).catch(() => {})
  }

  #takePending(): Hint[] {
    const pending = this.#pending
    const hints: Hint[] = []
    this.#pending = noIds()
    for (const kind of kinds) {
      const ids = [...new Set(pending[kind])]
      for (let from = 0; from < ids.length; from += maxIds)
        hints.push({ [kind]: ids.slice(from, from + maxIds) })
    }
    if (Object.keys(this.#flags).length > 0) hints.push(this.#flags)
    this.#flags = {}
    return hints.length > 1 && isShort(hints) ? [Object.assign({}, ...hints) as Hint] : hints
  }

  async #notify(message: Omit<Message, 'from'>): Promise<void> {
    const payload = JSON.stringify({ from: this.#from, ...message } satisfies Message)
    await notify(this.#deps.db, { channel: this.#channel, payload })
  }

  async #connect(): Promise<void> {
    const client = new Client({
      connectionString: this.#deps.url,
      application_name: 'netgiro-checkout listener',
      connectionTimeoutMillis: heartbeatMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 2_000,
    })
    client.on('error', () => this.#onLost(client))
    client.on('end', () => this.#onLost(client))
    client.on('notification', ({ payload }) => this.#onPayload(payload ?? ''))
    try {
      await client.connect()
      await this.#listen(client)
    } catch (error) {
      // One that was let in and may not listen would stay, and so would the next.
      client.end().catch(() => {})
      throw error
    }
    this.#client = client
    // What was sent before could not be heard here.
    this.#heard = this.#beat
    if (this.#isStopped) await client.end()
  }

  async #listen(client: Client): Promise<void> {
    // [pg] while a query is out, `end` destroys the socket, and the query fails.
    const timer = setTimeout(() => void client.end(), heartbeatMs)
    try {
      await client.query(`listen ${client.escapeIdentifier(this.#channel)}`)
    } finally {
      clearTimeout(timer)
    }
  }

  #onLost(client: Client): void {
    if (this.#client !== client) return
    this.#client = null
    if (!this.#isStopped) void this.#reconnect()
  }

  async #reconnect(): Promise<void> {
    while (!this.#isStopped) {
      await pause(reconnectDelayMs, undefined, { ref: false })
      try {
        await this.#connect()
        this.#listener?.onGap()
        return
      } catch {
        // The database is away; there is nothing to hear.
      }
    }
  }

  #onPayload(payload: string): void {
    const message = readMessage(payload)
    if (!message) return
    const { from, beat, ...hint } = message
    if (beat !== undefined && from === this.#from) this.#heard = beat
    else if (from !== this.#from && beat === undefined) this.#listener?.onHint(hint)
  }

  #scheduleHeartbeat(): void {
    const timer = setTimeout(() => {
      const client = this.#client
      // Nothing came of the last one: the connection is dead, whatever the system says.
      if (client && this.#heard !== this.#beat) {
        this.#onLost(client)
        client.end().catch(() => {})
      } else void this.#sendBeat().catch(() => {})
      if (!this.#isStopped) this.#scheduleHeartbeat()
    }, heartbeatMs)
    timer.unref()
    this.#cancelTimer = () => clearTimeout(timer)
  }

  async #sendBeat(): Promise<void> {
    // Not by the connection that listens: a pooler may pass on to it what it has sent itself, and nothing else.
    await this.#notify({ beat: ++this.#beat })
  }
}

const notify = compiled(
  (_, { channel, payload }: { channel: string; payload: string }) =>
    sql`select pg_notify(${channel}, ${payload})`,
)

const ids = v.optional(v.array(v.string()))

const messageSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    ...{ from: v.string(), beat: v.optional(v.number()), free: v.optional(v.literal(true)) },
    ...{ changed: ids, revoked: ids, handed: ids, answered: ids, resent: ids },
  }),
)

/** Null: it is not ours. Every program on the database may send on the channel. */
function readMessage(payload: string): Message | null {
  const parsed = v.safeParse(messageSchema, payload)
  return parsed.success ? (parsed.output as Message) : null
}

/** An id has some thirty bytes. */
const maxIds = 150

const kinds = ['changed', 'revoked', 'handed', 'answered', 'resent'] as const

const noIds = () => ({
  ...{ changed: [] as string[], revoked: [] as string[], resent: [] as string[] },
  ...{ handed: [] as string[], answered: [] as string[] },
})

const isShort = (hints: readonly Hint[]): boolean =>
  JSON.stringify(hints).length < maxPayloadBytes &&
  new Set(hints.flatMap((hint) => Object.keys(hint))).size ===
    hints.flatMap((hint) => Object.keys(hint)).length

const unreachable =
  'The database cannot be listened on (LISTEN): see DATABASE_LISTEN_URL, or DATABASE_URL where that is not set.'
const deaf =
  'The database passes no notifications on (LISTEN): it lies behind a pooler of transactions. Set DATABASE_LISTEN_URL to its direct URL.'
