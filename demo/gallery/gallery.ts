import type { ProblemCode, Snapshot } from '../../server/protocol/index.ts'
import {
  formStates,
  posStates,
  snapshot,
  states,
  type Moment,
  type State,
  type Tag,
} from './states.ts'

/** What the payment server may answer to a number; null: only to a program, or after a mistake of one. */
const refusals: Readonly<Record<ProblemCode, Omit<NonNullable<State['refusal']>, 'code'> | null>> =
  {
    invalid_request: null,
    invalid_phone: {},
    invalid_national_id: null,
    invalid_app_code: null,
    invalid_code: null,
    code_not_expected: null,
    unauthorized: null,
    unknown_session: {},
    origin_not_allowed: null,
    not_found: null,
    checkout_not_found: null,
    checkout_closed: null,
    attempt_open: null,
    reference_conflict: null,
    idempotency_key_reused: null,
    idempotency_key_in_use: null,
    not_supported: null,
    not_paid: null,
    refund_too_large: null,
    refund_refused: null,
    unsupported_media_type: null,
    body_too_large: null,
    request_not_sent: {},
    too_many_requests: { retryAfter: 240 },
    phone_busy: { canCancelWaiting: true },
    too_little_time: {},
    too_many_streams: null,
    provider_unavailable: {},
    temporarily_unavailable: {},
    shutting_down: {},
    internal_error: {},
  }

const refused: Readonly<Record<string, State>> = Object.fromEntries(
  Object.entries(refusals).flatMap(([code, details]) => {
    if (!details) return []
    const refusal = { code: code as ProblemCode, ...details }
    return [[`refused: ${code}`, { snapshot: snapshot(), refusal }] as const]
  }),
)

const receipt = { paidAt: '2026-11-20T12:00:40Z', supportCode: 'WEB-1234-x7k2m9pq' }
const waiting = snapshot({ status: 'awaiting_shopper', phone: '•••3281', version: 2 })

const asStates = (snapshots: Readonly<Record<string, (typeof states)[string]>>) =>
  Object.fromEntries(
    Object.entries(snapshots).map(([name, one]) => [name, { snapshot: one } satisfies State]),
  )

const handOff = { attributes: { 'hand-off': 'https://ullarbudin.is/pantanir/WEB-1234' } }

/** Each moment: its name, and the elements that show it while they wait for the payer; null: another table has it. */
const moments: Readonly<Record<Moment, string | null>> = {
  types_no_number: null,
  asks_for_the_code: null,
  has_no_answer: 'before the first answer',
  line_is_lost: 'waiting, the line is lost',
  is_offline: 'waiting, offline',
  is_unreachable: 'unreachable',
  session_is_unknown: 'set up wrong, with an unknown session',
  has_no_session: 'set up wrong, or without a session',
}

/** What arises in each element, whose request waits as `awaiting` says, and whose checkout is otherwise `base`. */
const arising = (awaiting: Snapshot, base: Snapshot): Readonly<Record<string, State>> => ({
  ...Object.fromEntries(
    Object.entries(moments).flatMap(([then, name]) =>
      name ? [[name, { snapshot: awaiting, then: then as Moment }] as const] : [],
    ),
  ),
  'paid, canceled too late': {
    before: { ...awaiting, cancelRequested: true },
    snapshot: { ...base, version: 9, status: 'paid' },
  },
  'closed by the shop': {
    snapshot: {
      ...{ ...base, version: 9, status: 'canceled' },
      lastAttempt: { outcome: 'canceled', reason: 'canceled_by_shop' },
    },
  },
})

/** Longer than a card is wide; the largest amount is of ten digits. */
const long = {
  merchant: 'Hannyrðaverslunin Prjónakaffi og garnbúð Vestmannaeyja ehf.',
  description: 'Þrjátíu og sex hnotur af handlituðu plötulopagarni, tveir prjónar og mælistika',
  amount: 1_234_567_890,
  reference: 'PÖNTUN-2026-11-20-000000000000123456789',
} as const

const checkoutStates: Readonly<Record<string, State>> = {
  ...asStates(states),
  'no number': { snapshot: snapshot(), then: 'types_no_number' },
  ...refused,
  'refused: too_many_requests for the day': {
    snapshot: snapshot(),
    refusal: { code: 'too_many_requests', retryAfter: 60_000 },
  },
  'refused: phone_busy by somebody else': { snapshot: snapshot(), refusal: { code: 'phone_busy' } },
  'waiting for 20 seconds': { snapshot: waiting, waited: 20 },
  'waiting for 45 seconds': { snapshot: waiting, waited: 45 },
  'waiting for 75 seconds': { snapshot: waiting, waited: 75 },
  'waiting, 10 seconds left': { snapshot: waiting, waited: 170 },
  'waiting, the time is over': { snapshot: waiting, waited: 181 },
  'open, with a way to a phone': { snapshot: snapshot(), ...handOff },
  'open, with the code for a phone': {
    snapshot: snapshot(),
    ...handOff,
    then: 'asks_for_the_code',
  },
  'waiting, with the code for a phone': {
    snapshot: waiting,
    ...handOff,
    then: 'asks_for_the_code',
  },
  ...arising(waiting, snapshot()),
  'waiting, with a link to the app': {
    snapshot: waiting,
    attributes: { 'app-url': 'https://netgiro.example/app' },
  },
  'of unknown outcome, with the number': {
    snapshot: snapshot({
      ...{ version: 4, phone: '•••3281' },
      lastAttempt: { outcome: 'expired', reason: 'outcome_unknown' },
    }),
  },
  'paid, with a receipt': { snapshot: snapshot({ status: 'paid', version: 5, ...receipt }) },
  'in review, with a support code': {
    snapshot: snapshot({
      ...{ status: 'review', version: 5, supportCode: receipt.supportCode },
      requestedAt: '2026-11-20T12:00:05Z',
    }),
  },
  'long names': { snapshot: snapshot(long) },
}

export const languages = {
  'netgiro-checkout': ['is', 'en', 'pl'],
  'netgiro-pos': ['is', 'en'],
  'avarda-checkout': ['is', 'en', 'sv'],
} as const satisfies Record<Tag, readonly string[]>

const posWaiting = posStates['awaiting the shopper'] ?? waiting

const posElementStates: Readonly<Record<string, State>> = {
  ...asStates(posStates),
  'no number': { snapshot: snapshot(), then: 'types_no_number' },
  'refused: phone_busy': {
    snapshot: snapshot(),
    refusal: { code: 'phone_busy', canCancelWaiting: true },
  },
  'waiting for 20 seconds': { snapshot: posWaiting, waited: 20 },
  'waiting for 45 seconds': { snapshot: posWaiting, waited: 45 },
  'waiting, the time is over': { snapshot: posWaiting, waited: 181 },
  ...arising(posWaiting, snapshot()),
  'long names': { snapshot: snapshot(long) },
}

function formElementStates(script: string): Readonly<Record<string, State>> {
  const snapshots = formStates(script)
  const { 'in the form': awaiting = waiting, canceled: base = waiting } = snapshots
  return {
    ...asStates(snapshots),
    ...arising(awaiting, base),
    'long names': { snapshot: { ...awaiting, ...long } },
  }
}

/** Every state of every element. */
export const galleryOf = (formScript: string): Readonly<Record<Tag, Record<string, State>>> => ({
  'netgiro-checkout': checkoutStates,
  'netgiro-pos': posElementStates,
  'avarda-checkout': formElementStates(formScript),
})
