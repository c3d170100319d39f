import type { RequestListener } from 'node:http'
import fc from 'fast-check'
import { startAvardaSimulator, State } from '../../../demo/avarda-simulator/simulator.ts'
import type {
  AvardaFaultSpec,
  AvardaSimulator,
  PurchaseView,
} from '../../../demo/avarda-simulator/simulator.ts'
import type { Exchange } from '../recording-proxy.ts'
import { parse } from './rail.ts'
import type {
  ProviderRequest,
  CallbackRequest,
  Payment,
  PendingFault,
  Rail,
  RailKind,
  RailOptions,
  ProviderClaim,
  PayerAction,
  RailFault,
} from './rail.ts'

const currency = 'SEK'
/** The session may end long before our own timeout, or after the checkout's lifetime. */
const sessionPerApproval = 10

const ended: readonly number[] = [
  ...[State.Error, State.SessionTimedOut, State.Cancelled],
  ...[State.CreditNotApproved, State.PaymentHandledByMerchant],
]

function stateOf(state: number): Exclude<Payment['state'], 'unseen'> {
  if (state === State.Completed) return 'paid'
  return ended.includes(state) ? 'canceled' : 'waiting'
}

const inMinorUnits = (price: unknown): number => Math.round(Number(price) * 100)

function paymentOf(purchase: PurchaseView): Payment {
  const { PurchaseId: id, OrderReference: reference, State: state, approvals } = purchase
  const amount = inMinorUnits(purchase.Price)
  return {
    ...{ id, reference, amount },
    // Only the browser that shows the form learns its id.
    state: state === State.New ? 'unseen' : stateOf(state),
    approval: 'automatic',
    captures: approvals,
    captured: approvals * amount,
    refunds: [],
    callbackUrl: purchase.notifyUrl,
    smsCode: null,
  }
}

/** Avarda's simulator, with a browser that shows its form. */
class AvardaRail implements Rail {
  readonly #simulator: AvardaSimulator
  readonly notifiesPayer = false
  readonly canCancel = false

  private constructor(simulator: AvardaSimulator) {
    this.#simulator = simulator
  }

  static async open({ clock, approvalMs }: RailOptions): Promise<AvardaRail> {
    const sessionMs = approvalMs * sessionPerApproval
    return new AvardaRail(await startAvardaSimulator({ clock, sessionMs }))
  }

  get handle(): RequestListener {
    return this.#simulator.handle
  }

  env(upstream: string): Readonly<Record<string, string>> {
    return {
      NETGIRO_APP_ID: 'unused',
      NETGIRO_SECRET_KEY: 'a-key-that-nothing-here-is-signed-with',
      NETGIRO_API_URL: 'http://127.0.0.1:9/v1',
      AVARDA_API_URL: `${upstream}/CheckOut2`,
      AVARDA_SITE_CODE: 'SimulatorSweden',
      AVARDA_SITE_PASSWORD: 'simulator',
    }
  }

  order(reference: string, amount: number): object {
    const items = [{ description: 'Lopapeysa', quantity: 1, amount }]
    return { ...{ reference, amount, currency }, provider: 'avarda', items }
  }

  payments(): readonly Payment[] {
    return this.#simulator.purchases().map(paymentOf)
  }

  payment(id: string): Payment | undefined {
    const purchase = this.#simulator.purchase(id)
    return purchase && paymentOf(purchase)
  }

  approve(id: string): void {
    this.#simulator.approve(id)
  }

  reject(id: string): void {
    this.#simulator.decline(id)
  }

  payerAction(id: string, payerAction: PayerAction): void {
    const { [payerAction]: action } = {
      leave: () => this.#simulator.cancel(id),
      run_out: () => this.#simulator.timeOut(id),
      hand_over: () => this.#simulator.handOver(id),
      go_elsewhere: () => this.#simulator.advance(id, State.WaitingForCardPayments),
    }
    action()
  }

  /** A browser that has the settings draws the form, or draws it again. */
  show(snapshot: unknown): void {
    const { form } = snapshot as { form?: { settings: Readonly<Record<string, string>> } }
    const { purchaseId, purchaseCompletedCallbackUrl: notifyUrl } = form?.settings ?? {}
    if (purchaseId !== undefined) this.#simulator.open(purchaseId, { notifyUrl })
  }

  callbackFor({ id }: Payment, _: string, isForged: boolean): CallbackRequest {
    return { body: JSON.stringify({ purchaseId: isForged ? '0'.repeat(32) : id }), headers: {} }
  }

  fault(spec: RailFault): void {
    this.#simulator.fault(spec as AvardaFaultSpec)
  }

  pendingFaults(): readonly PendingFault[] {
    return this.#simulator.inspect().faults
  }

  isTroubled(): boolean {
    return this.#simulator.inspect().faults.some(({ call }) => call === 'GetPaymentStatus')
  }

  // [avarda] get-payment-status: with a host page that cannot "render itself repeatedly" purchases get stuck in 6, and
  // while one may still be paid nothing ends it here either.
  endWaiting(): void {
    for (const { PurchaseId: id, State: state } of this.#simulator.purchases())
      if (state === State.WaitingForCardPayments) this.#simulator.timeOut(id)
  }

  readRequest({ path, body }: Exchange): ProviderRequest | null {
    if (!path.endsWith('/InitializePayment')) return null
    return { to: 'start', reference: String(parse(body)?.['OrderReference']), payer: null }
  }

  readClaim({ path, body, answer }: Exchange): ProviderClaim | null {
    if (answer?.status !== 200 || !path.endsWith('/GetPaymentStatus')) return null
    const id = parse(body)?.['PurchaseId']
    const status = parse(answer.body)
    // The answer is about another purchase.
    if (typeof id !== 'string' || status?.['PurchaseId'] !== id) return null
    const isOurs = status['CurrencyCode'] === currency
    return {
      id,
      state: stateOf(Number(status['State'])),
      // In another currency the amount differs.
      amount: isOurs ? inMinorUnits(status['Price']) : NaN,
      reference: String(status['OrderReference']),
    }
  }

  close(): Promise<void> {
    return this.#simulator.close()
  }
}

const calls = ['InitializePayment', 'GetPaymentStatus'] as const

const lossOf = (kinds: readonly AvardaFaultSpec['kind'][]) =>
  fc.record({
    call: fc.constantFrom(...calls),
    kind: fc.constantFrom(...kinds),
    times: fc.integer({ min: 1, max: 3 }),
    ms: fc.constantFrom(500, 3_000, 40_000),
    effect: fc.boolean(),
  })

const faults: fc.Arbitrary<RailFault> = fc.oneof(
  { weight: 5, arbitrary: lossOf(['drop_before_effect', 'drop_after_effect']) },
  { weight: 2, arbitrary: lossOf(['delay', 'delay_before_effect']) },
  {
    weight: 3,
    arbitrary: lossOf(['http_500', 'html', 'bad_json', 'unauthorized', 'e1', 'e2', 'e3', 'e4']),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      call: fc.constant('GetPaymentStatus' as const),
      kind: fc.constantFrom(
        ...(['unknown_state', 'wrong_amount', 'wrong_reference'] as const),
        ...(['wrong_currency', 'wrong_id', 'stale'] as const),
      ),
      state: fc.constantFrom(-1, 14, 42, 99),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      call: fc.constant('Notification' as const),
      kind: fc.constantFrom('never' as const, 'delay', 'duplicate', 'forged'),
      times: fc.integer({ min: 1, max: 2 }),
      ms: fc.constantFrom(500, 4_000, 300_000),
    }),
  },
)

/** Avarda Checkout 2. What it approves is captured at once, and nothing can be canceled from here. */
export const avarda: RailKind = {
  confirmations: ['automatic'],
  calls,
  faults,
  refundFaults: faults,
  open: (options) => AvardaRail.open(options),
}
