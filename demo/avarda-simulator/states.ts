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

/** With somebody else; the payer may come back with nothing and choose again. */
const fromElsewhere = [State.BeingProcessed, State.Completed, State.Error, State.SessionTimedOut]

/** Every move there is. The official diagram was not to be had: the README says which of these are deduced. */
export const transitions: Readonly<Record<State, readonly State[]>> = {
  [State.New]: [State.BeingProcessed, State.SessionTimedOut],
  [State.BeingProcessed]: [
    ...[State.Completed, State.Error, State.SessionTimedOut],
    ...[State.WaitingForSignicat, State.WaitingForCardPayments, State.WaitingForBankId],
    ...[State.WaitingForFinnishDirectPayment, State.WaitingForSwishPayment],
    ...[State.WaitingCreditApproval, State.PaymentHandledByMerchant],
  ],
  // [avarda] cancel-payment: after approval, before anything was ordered.
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
