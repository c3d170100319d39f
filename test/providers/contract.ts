import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderResult } from '../../server/core/checkout.ts'
import type { ProviderCallback, PaymentRequest, Provider } from '../../server/core/provider.ts'
import { CallbackReceiver } from './callback-receiver.ts'

/** The port's calls, as a fault may hit them. */
export type PortCall = 'start' | 'check' | 'confirm' | 'cancel' | 'refund'

/**
 * What can go wrong with the next call: its answer is lost, before or after its effect; it tells another amount or
 * reference; it holds a status that nobody has documented; it cannot be believed (bad signature, bad credentials).
 */
export type ProviderFault =
  | 'lost_before_effect'
  | 'lost_after_effect'
  | 'wrong_amount'
  | 'wrong_reference'
  | 'unknown_status'
  | 'unbelievable'

/** A payment as the simulator has it. */
export interface ProviderPayment {
  readonly providerRef: string
  /** In the currency's minor unit. */
  readonly amount: number
  readonly reference: string
  /** How often money was taken for it. */
  readonly captures: number
  /** How often, and how much of it, was given back. */
  readonly refunds: number
  readonly refunded: number
}

/** A provider's simulator, as far as the contract needs it. What happens is done by the payer, or by time. */
export interface ContractSimulator {
  payments(): readonly ProviderPayment[]
  approve(providerRef: string, request: PaymentRequest): void | Promise<void>
  decline(providerRef: string): void | Promise<void>
  expire(providerRef: string): void | Promise<void>
  /** False: this provider has no such call, or cannot tell such a lie. */
  providerFault(call: PortCall, providerFault: ProviderFault): boolean
  /** The same callback, not as the provider would sign it; as it is where none is signed, so that nothing can be forged. */
  forge(callback: ProviderCallback): ProviderCallback
  close(): Promise<void>
}

export interface ContractCase<S extends ContractSimulator> {
  readonly simulator: () => Promise<S>
  readonly adapter: (simulator: S) => Provider
  /** What a payer of this provider looks like, where it is not a phone. */
  readonly request?: Partial<PaymentRequest>
  /** A provider that nobody listens for. */
  readonly nowhere: () => Provider
}

/** What the core expects of every adapter, whatever its provider is called. Run once for each, against its simulator. */
export function providerContract<S extends ContractSimulator>(
  name: string,
  { adapter, simulator: open, request: particular, nowhere }: ContractCase<S>,
): void {
  describe(`the provider contract: ${name}`, () => {
    let simulator: S
    let provider: Provider
    let receiver: CallbackReceiver
    let request: PaymentRequest
    beforeEach(async () => {
      simulator = await open()
      provider = adapter(simulator)
      receiver = await CallbackReceiver.open()
      request = { ...defaults, ...receiver.addresses, ...particular }
    })
    afterEach(async () => {
      await provider.close()
      await simulator.close()
      await receiver.close()
    })

    const entry = () => {
      const all = simulator.payments()
      expect(all).toHaveLength(1)
      return all[0] as ProviderPayment
    }
    const captureMethod = () => provider.captureMethodFor(request.payer.kind)
    const handle = (providerRef: string) => {
      const { reference } = request
      return { providerRef, reference, captureMethod: captureMethod() }
    }
    const started = async () => {
      const result = await provider.start(request)
      if (result.type !== 'requested') throw new Error(`not requested but ${result.type}`)
      return result.providerRef
    }
    const approved = async () => {
      const providerRef = await started()
      await simulator.approve(providerRef, request)
      return providerRef
    }
    /** All the way to the money, as the attempt worker goes. */
    const paid = async () => {
      const providerRef = await approved()
      await receiver.settled()
      const result = await provider.check(handle(providerRef))
      const last =
        result.type === 'authorized' && result.awaits === 'capture'
          ? await provider.capture(handle(providerRef))
          : result
      expect(last.type).toBe('paid')
      return providerRef
    }
    const hasHappened = async (
      call: PortCall,
      providerFault: ProviderFault,
      run: () => Promise<unknown>,
    ) => {
      if (simulator.providerFault(call, providerFault)) await run()
    }
    const reserves = () => captureMethod() === 'manual'

    it('starts a payment that the provider holds and returns its id', async () => {
      const providerRef = await started()
      expect(entry()).toMatchObject({
        providerRef,
        amount: request.amount,
        reference: request.reference,
        captures: 0,
      })
      expect(await provider.check(handle(providerRef))).toMatchObject({ type: 'pending' })
    })

    it('captures once after the approval, however often it is called, and reports whose payment it is', async () => {
      const providerRef = await approved()
      if (reserves()) {
        expect(await provider.check(handle(providerRef))).toMatchObject({
          type: 'authorized',
          awaits: 'capture',
        })
        expect(entry().captures).toBe(0)
        await provider.capture(handle(providerRef))
        await provider.capture(handle(providerRef))
      }
      await receiver.settled()
      const result = await provider.check(handle(providerRef))
      expect(result.type).toBe('paid')
      expect(belongsTo(request, result)).toBe(true)
      expect(entry().captures).toBe(1)
    })

    it('an attempt ends without a payment when the payer declines or the time runs out', async () => {
      for (const ending of ['decline', 'expire'] as const) {
        const providerRef = await started()
        await simulator[ending](providerRef)
        expect(await provider.check(handle(providerRef))).toMatchObject({ type: 'ended' })
        request = { ...request, reference: `${request.reference}x` }
      }
      expect(simulator.payments().map(({ captures }) => captures)).toEqual([0, 0])
    })

    it('cancels in time, reports that it was too late, or cannot cancel', async () => {
      const inTime = await started()
      if (!provider.canCancel) return
      expect(await provider.cancel(handle(inTime))).toMatchObject({ type: 'ended' })
      expect(await provider.check(handle(inTime))).toMatchObject({ type: 'ended' })

      request = { ...request, reference: `${request.reference}x` }
      const tooLate = await paid()
      const result = await provider.cancel(handle(tooLate))
      if (result.type === 'paid') expect(belongsTo(request, result)).toBe(true)
      else expect(result).toMatchObject({ type: 'too_late_to_cancel' })
      expect(await provider.check(handle(tooLate))).toMatchObject({ type: 'paid' })
      expect(simulator.payments().map(({ captures }) => captures)).toEqual([0, 1])
    })

    it('distinguishes a request that was not sent from one that may have arrived', async () => {
      const unreachable = nowhere()
      expect(await unreachable.start(request)).toMatchObject({ type: 'not_sent' })
      await unreachable.close()

      simulator.providerFault('start', 'lost_before_effect')
      expect(await provider.start(request)).toMatchObject({ type: 'unknown', effect: true })
      expect(simulator.payments()).toEqual([])
      simulator.providerFault('start', 'lost_after_effect')
      expect(await provider.start(request)).toMatchObject({ type: 'unknown', effect: true })
      expect(simulator.payments()).toHaveLength(1)
    })

    it('changes nothing by polling, even when the response is lost or invalid', async () => {
      const providerRef = await started()
      for (const providerFault of [
        'lost_after_effect',
        'unknown_status',
        'unbelievable',
      ] as const) {
        await hasHappened('check', providerFault, async () => {
          expect(await provider.check(handle(providerRef)), providerFault).toMatchObject({
            type: 'unknown',
            effect: false,
          })
        })
      }
      expect(await provider.check(handle(providerRef))).toMatchObject({ type: 'pending' })
    })

    it('resolves a lost capture or cancellation by polling', async () => {
      if (reserves()) {
        const providerRef = await approved()
        for (const [providerFault, after] of [
          ['lost_before_effect', 'authorized'],
          ['lost_after_effect', 'paid'],
        ] as const) {
          simulator.providerFault('confirm', providerFault)
          expect(await provider.capture(handle(providerRef))).toMatchObject({ type: 'unknown' })
          expect(await provider.check(handle(providerRef))).toMatchObject({ type: after })
        }
        expect(entry().captures).toBe(1)
        request = { ...request, reference: `${request.reference}x` }
      }
      if (!provider.canCancel) return
      const other = await started()
      for (const [providerFault, after] of [
        ['lost_before_effect', 'pending'],
        ['lost_after_effect', 'ended'],
      ] as const) {
        simulator.providerFault('cancel', providerFault)
        expect(await provider.cancel(handle(other))).toMatchObject({ type: 'unknown' })
        expect(await provider.check(handle(other))).toMatchObject({ type: after })
      }
    })

    it('passes on a different amount or reference unchanged, for the core to check', async () => {
      const providerRef = await paid()
      for (const providerFault of ['wrong_amount', 'wrong_reference'] as const) {
        await hasHappened('check', providerFault, async () => {
          const result = await provider.check(handle(providerRef))
          // Contradicting itself is as good a reason not to believe it.
          expect(result.type === 'unknown' || !belongsTo(request, result), providerFault).toBe(true)
        })
      }
    })

    it('accepts a callback of its provider repeatedly, and no forged one', async () => {
      const providerRef = await approved()
      await receiver.settled()
      const callbacks = receiver.callbacks()
      if (captureMethod() !== 'automatic') expect(callbacks).not.toEqual([])
      for (const callback of callbacks) {
        for (let times = 0; times < 2; times++) {
          const names = provider.parseCallback(callback)
          // Some name the request and some the payment; what names neither names the reference.
          expect([names?.providerRef, names?.paymentRef]).toContain(providerRef)
        }
        const forged = provider.parseCallback(simulator.forge(callback))
        expect(forged === null || !forged.signed).toBe(true)
      }
    })

    it('refunds no more than was paid, and once for each key', async () => {
      const { refund } = provider
      if (!refund) return
      const providerRef = await paid()
      const refundOf = (key: string, amount: number) => refund({ providerRef, key, amount })
      expect(await refundOf('one', 100)).toMatchObject({ type: 'refunded' })
      expect(await refundOf('one', 100)).toMatchObject({ type: 'refunded' })
      simulator.providerFault('refund', 'lost_after_effect')
      expect(await refundOf('two', 200)).toMatchObject({ type: 'unknown', effect: true })
      expect(await refundOf('two', 200)).toMatchObject({ type: 'refunded' })
      expect(entry()).toMatchObject({ refunds: 2, refunded: 300 })
      expect(await refundOf('three', request.amount)).toMatchObject({ type: 'refund_refused' })
      expect(entry().refunded).toBe(300)
    })

    it('rejects an order in an unsupported currency', () => {
      const order = { ...orderOf(request), currency: 'XXX' }
      expect(provider.validateOrder(order, request.options)).not.toEqual([])
      expect(provider.validateOrder(orderOf(request), request.options)).toEqual([])
    })
  })
}

const defaults: Omit<PaymentRequest, 'callbackUrl' | 'cancelCallbackUrl'> = {
  amount: 12_990,
  currency: 'ISK',
  reference: 'WEB-1-k4m7r2xq',
  description: 'Ullarsokkar, þæfðir',
  items: [{ description: 'Sokkar', quantity: 2, amount: 12_990 }],
  locationId: null,
  registerId: null,
  payer: { kind: 'phone', value: '8223281' },
  options: null,
}

const orderOf = ({ amount, currency, description, items }: PaymentRequest) => ({
  ...{ reference: 'WEB-1', amount, currency, description, items, metadata: {} },
  ...({ provider: 'any', channel: 'web', locationId: null, registerId: null } as const),
})

/** As the machine judges it: what is not reported is not held against it. */
function belongsTo(request: PaymentRequest, result: ProviderResult): boolean {
  if (result.type !== 'paid' && result.type !== 'authorized') return false
  const { amount, currency = null, reference } = result.payment
  return (
    (amount === null || amount === request.amount) &&
    (currency === null || currency === request.currency) &&
    (reference === null || reference === request.reference)
  )
}
