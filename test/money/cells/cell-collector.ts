import type { Status } from '../../../server/protocol/index.ts'
import type { Row } from '../on-disk.ts'
import { parse } from '../rails/rail.ts'
import type { Exchange } from '../recording-proxy.ts'
import type { Simulation } from '../simulation.ts'
import type { Step } from '../steps.ts'
import { causeOf, cellOf } from './cells.ts'
import type { Cause, Cells, Event } from './cells.ts'

/** Lines of the history after which the status is always the same as before. */
const staysIn: ReadonlySet<string> = new Set([
  ...['capture_requested', 'cancel_sent', 'decision_requested', 'code_given', 'shop_decided'],
  ...['cancel_requested', 'capture_timed_out', 'too_late_to_cancel', 'code_refused', 'unknown'],
  ...['refund_requested', 'refund_unsettled'],
])

/** Lines after which there is one status only. */
const leadsTo: Readonly<Record<string, Status>> = { created: 'open', started: 'starting' }

/** The names of the fields, in any case, by which calls name their payment. */
const subjectFields: ReadonlySet<string> = new Set([
  ...['transactionid', 'reference', 'purchaseid', 'orderreference'],
])

/**
 * Counts in which status which inputs changed something, and what happened to the calls that they came from. It reads the history
 * on disk, before each call to the provider and after each step: between two calls about one attempt, every line with
 * evidence about it comes from the first of them.
 */
export class CellCollector {
  readonly cells: Cells = new Map()
  readonly #simulation: Simulation
  readonly #statuses = new Map<string, Status>()
  /** What happened to the newest call about each attempt, or, for refunds, about each checkout. */
  readonly #causes = new Map<string, Cause>()
  /** Whom the newest call of each name was about. */
  readonly #subjects = new Map<string, string>()
  #pending = new Map<string, number>()
  #lastSeq = 0

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    simulation.onExchange.upstream.push({ before: (exchange) => this.#asked(exchange) })
    simulation.onDrip = ({ path }, isWhole) => {
      const subject = this.#subjects.get(lastPart(path, '/'))
      if (subject !== undefined) this.#causes.set(subject, isWhole ? 'dripped' : 'cut_off')
    }
    const { onCrash, onRestore } = simulation
    simulation.onCrash = () => {
      onCrash()
      this.#happened('a process ends')
    }
    simulation.onRestore = () => {
      onRestore()
      this.#startAnew()
    }
  }

  /** Before a step: what it does to the server, whatever its checkouts are doing. */
  notice(step: Step): void {
    const event = eventOf(step)
    if (event !== null && this.#simulation.isUp) this.#happened(event)
  }

  /** Reads what is new on disk. */
  read(): void {
    this.#noteFaults()
    const rows = this.#simulation.allOnDisk(
      `select h.seq, h.checkout_id, h.attempt_id, h.type, h.evidence is not null as evident, c.status
       from history h join checkouts c on c.id = h.checkout_id where h.seq > ? order by h.seq`,
      this.#lastSeq,
    )
    for (const checkoutId of new Set(rows.map((row) => text(row, 'checkout_id'))))
      this.#add(
        checkoutId,
        rows.filter((row) => row['checkout_id'] === checkoutId),
      )
    this.#lastSeq = Number(rows.at(-1)?.['seq'] ?? this.#lastSeq)
  }

  /** Where several lines are new, a status that is not certain counts for nothing. */
  #add(checkoutId: string, rows: readonly Row[]): void {
    const now = text(rows[0] ?? {}, 'status') as Status
    let before: Status | undefined = this.#statuses.get(checkoutId)
    rows.forEach((row, index) => {
      const type = text(row, 'type')
      if (before !== undefined && type !== 'created') this.#count(before, type, row)
      const isLast = rows.slice(index + 1).every((later) => staysIn.has(text(later, 'type')))
      if (isLast) before = now
      else if (!staysIn.has(type)) before = leadsTo[type]
    })
    this.#statuses.set(checkoutId, now)
  }

  #count(status: Status, type: string, row: Row): void {
    const subject = text(row, 'attempt_id') || text(row, 'checkout_id')
    const isAway = this.#simulation.isAway && type === 'not_sent'
    const known = this.#causes.get(subject) ?? 'none'
    const cause = isAway ? 'away' : known
    const cell = cellOf(status, type, Number(row['evident']) === 1 ? cause : 'none')
    this.cells.set(cell, (this.cells.get(cell) ?? 0) + 1)
  }

  #asked({ path, body }: Exchange): void {
    this.read()
    const call = lastPart(path, '/')
    const fields = Object.entries(parse(body) ?? {})
    const names = fields.flatMap(([key, value]) =>
      subjectFields.has(key.toLowerCase()) && typeof value === 'string' ? [value] : [],
    )
    const [name = ''] = names
    const row = this.#simulation.onDisk(
      'select id, checkout_id from attempts where provider_ref = ? or reference = ?',
      name,
      name,
    )
    const subject = text(row ?? {}, call === 'refund' ? 'checkout_id' : 'id')
    this.#subjects.set(call, subject)
    this.#causes.set(subject, 'none')
  }

  /** Faults that have happened since were met by the newest call of their name. */
  #noteFaults(): void {
    const pending = new Map<string, number>()
    for (const { call, kind, times } of this.#simulation.rail.pendingFaults()) {
      const key = `${call} ${kind}`
      pending.set(key, (pending.get(key) ?? 0) + times)
    }
    for (const [key, times] of this.#pending) {
      if ((pending.get(key) ?? 0) >= times) continue
      const [call = '', kind = ''] = key.split(' ')
      const subject = this.#subjects.get(lastPart(call, '.'))
      const cause = (causeOf as Readonly<Record<string, Cause>>)[kind]
      if (subject !== undefined && cause) this.#causes.set(subject, cause)
    }
    this.#pending = pending
  }

  #happened(event: Event): void {
    this.read()
    for (const status of new Set(this.#statuses.values())) {
      const cell = cellOf(status, event, 'none')
      this.cells.set(cell, (this.cells.get(cell) ?? 0) + 1)
    }
  }

  /** What came after the backup is not on disk any more. */
  #startAnew(): void {
    this.#statuses.clear()
    this.#lastSeq = 0
    const newest = this.#simulation.onDisk('select max(seq) as seq from history')
    this.#lastSeq = Number(newest?.['seq'] ?? 0)
    for (const row of this.#simulation.allOnDisk('select id, status from checkouts'))
      this.#statuses.set(text(row, 'id'), text(row, 'status') as Status)
  }
}

function eventOf(step: Step): Event | null {
  switch (step.do) {
    case 'restore':
      return 'a backup is restored'
    case 'change':
      return 'the settings change'
    case 'disk':
      return step.isFull ? 'the disk is full' : null
    case 'locked':
      return 'the database is locked'
    case 'away':
      return step.isAway ? 'the provider is away' : null
    case 'jump':
      return 'the clock is set'
    case 'shop':
      return step.isUp ? null : 'the shop is down'
    default:
      return null
  }
}

const lastPart = (text: string, separator: string): string => text.split(separator).at(-1) ?? ''

function text(row: Row, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : ''
}
