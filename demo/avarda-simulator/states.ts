/** [avarda] get-payment-status: "Enumeration States". */
export const State = {
  New: 0,
  BeingProcessed: 1,
  Completed: 2,
  Error: 3,
  WaitingForSignicat: 4,
  SessionTimedOut: 5,
  WaitingForCardPayments: 6,
  WaitingForBankId: 7,
  Cancelled: 8,
  WaitingForFinnishDirectPayment: 9,
  WaitingCreditApproval: 10,
  CreditNotApproved: 11,
  WaitingForSwishPayment: 12,
  PaymentHandledByMerchant: 13,
} as const
export type State = (typeof State)[keyof typeof State]
export type StateName = keyof typeof State

const named = new Map<State, StateName>(
  Object.entries(State).map(([name, state]) => [state, name as StateName]),
)

export const stateName = (state: State): StateName => named.get(state) ?? 'Error'

export const isState = (value: unknown): value is State => named.has(value as State)

/** From a bank or card page; the payer may return without a result and choose again. */
const fromElsewhere = [State.BeingProcessed, State.Completed, State.Error, State.SessionTimedOut]

/** All transitions. The official diagram was not available: the README says which of these are deduced. */
export const transitions: Readonly<Record<State, readonly State[]>> = {
  [State.New]: [State.BeingProcessed, State.SessionTimedOut],
  [State.BeingProcessed]: [
    ...[State.Completed, State.Error, State.SessionTimedOut],
    ...[State.WaitingForSignicat, State.WaitingForCardPayments, State.WaitingForBankId],
    ...[State.WaitingForFinnishDirectPayment, State.WaitingForSwishPayment],
    ...[State.WaitingCreditApproval, State.PaymentHandledByMerchant],
  ],
  // [avarda] cancel-payment: after the approval, before an order was made.
  [State.Completed]: [State.Cancelled],
  [State.Error]: [],
  [State.WaitingForSignicat]: [...fromElsewhere, State.WaitingCreditApproval],
  [State.SessionTimedOut]: [],
  [State.WaitingForCardPayments]: fromElsewhere,
  [State.WaitingForBankId]: fromElsewhere,
  [State.Cancelled]: [],
  [State.WaitingForFinnishDirectPayment]: fromElsewhere,
  [State.WaitingCreditApproval]: [State.Completed, State.CreditNotApproved],
  [State.CreditNotApproved]: [],
  [State.WaitingForSwishPayment]: fromElsewhere,
  [State.PaymentHandledByMerchant]: [],
}
