/**
 * What the provider uses of Medusa, because Medusa is not installed in this repository. `npm run test:medusa` compiles the
 * provider against the real types instead of these.
 */
declare module '@medusajs/framework/utils' {
  import type {
    AuthorizePaymentOutput,
    IPaymentModuleService,
    InitiatePaymentInput,
    InitiatePaymentOutput,
    PaymentProviderInput,
    PaymentProviderOutput,
    ProviderWebhookPayload,
    RefundPaymentInput,
    UpdatePaymentInput,
    UpdatePaymentOutput,
    WebhookActionResult,
  } from '@medusajs/framework/types'

  export abstract class AbstractPaymentProvider<TConfig = Record<string, unknown>> {
    protected readonly config: TConfig
    static identifier: string
    static validateOptions(options: Record<string, unknown>): void
    protected constructor(container: Record<string, unknown>, config?: TConfig)
    abstract initiatePayment(input: InitiatePaymentInput): Promise<InitiatePaymentOutput>
    abstract updatePayment(input: UpdatePaymentInput): Promise<UpdatePaymentOutput>
    abstract deletePayment(input: PaymentProviderInput): Promise<PaymentProviderOutput>
    abstract authorizePayment(input: PaymentProviderInput): Promise<AuthorizePaymentOutput>
    abstract capturePayment(input: PaymentProviderInput): Promise<PaymentProviderOutput>
    abstract refundPayment(input: RefundPaymentInput): Promise<PaymentProviderOutput>
    abstract retrievePayment(input: PaymentProviderInput): Promise<PaymentProviderOutput>
    abstract cancelPayment(input: PaymentProviderInput): Promise<PaymentProviderOutput>
    abstract getPaymentStatus(input: PaymentProviderInput): Promise<AuthorizePaymentOutput>
    abstract getWebhookActionAndData(
      payload: ProviderWebhookPayload['payload'],
    ): Promise<WebhookActionResult>
  }
  export const MathBN: { convert(amount: unknown): { isInteger(): boolean; toNumber(): number } }
  export class MedusaError extends Error {
    static Types: Readonly<Record<'INVALID_DATA' | 'NOT_ALLOWED' | 'UNAUTHORIZED', string>>
    constructor(type: string, message: string)
  }
  export const Modules: { readonly PAYMENT: 'payment' }
  export function ModuleProvider(module: string, options: { services: unknown[] }): object
  export interface ModuleServices {
    payment: IPaymentModuleService
  }
}

declare module '@medusajs/framework/types' {
  export type BigNumberInput = number | string | { value: string | number }
  type PaymentSessionStatus =
    | 'authorized'
    | 'captured'
    | 'pending'
    | 'requires_more'
    | 'error'
    | 'canceled'
    | 'pending_authorization'
  export interface PaymentProviderInput {
    data?: Record<string, unknown>
    context?: { idempotency_key?: string }
  }
  export interface PaymentProviderOutput {
    data?: Record<string, unknown>
  }
  export interface InitiatePaymentInput extends PaymentProviderInput {
    amount: BigNumberInput
    currency_code: string
  }
  export type UpdatePaymentInput = InitiatePaymentInput
  export interface RefundPaymentInput extends PaymentProviderInput {
    amount: BigNumberInput
  }
  export interface InitiatePaymentOutput extends PaymentProviderOutput {
    id: string
    status?: PaymentSessionStatus
  }
  export interface AuthorizePaymentOutput extends PaymentProviderOutput {
    status: PaymentSessionStatus
  }
  export interface UpdatePaymentOutput extends PaymentProviderOutput {
    status?: PaymentSessionStatus
  }
  export interface ProviderWebhookPayload {
    provider: string
    payload: {
      data: Record<string, unknown>
      rawData: string | Buffer
      headers: Record<string, unknown>
    }
  }
  export interface WebhookActionResult {
    action: 'captured' | 'not_supported'
    data?: { session_id: string; amount: number }
  }
  export interface IPaymentModuleService {
    getWebhookActionAndData(payload: ProviderWebhookPayload): Promise<WebhookActionResult>
    retrievePaymentSession(id: string): Promise<{ id: string }>
  }
}

declare module '@medusajs/framework/http' {
  import type { IPaymentModuleService } from '@medusajs/framework/types'

  export interface MedusaRequest {
    body: unknown
    rawBody?: unknown
    headers: Record<string, unknown>
    scope: { resolve(key: 'payment'): IPaymentModuleService }
  }
  export interface MedusaResponse {
    sendStatus(status: number): unknown
  }
}

declare module '@medusajs/medusa/core-flows' {
  import type { WebhookActionResult } from '@medusajs/framework/types'

  export function processPaymentWorkflow(container: unknown): {
    run(options: { input: WebhookActionResult }): Promise<unknown>
  }
}
