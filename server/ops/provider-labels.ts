import type { providerNames } from '../http/request-schemas.ts'

export interface ProviderLabels {
  readonly name: string
  /** What the provider calls its id of a payment request. */
  readonly transactionId: string
  /** What the provider calls its id of an API call. */
  readonly callId: string
}

const labels: Readonly<Record<(typeof providerNames)[number], ProviderLabels>> = {
  netgiro: { name: 'Netgíró', transactionId: 'TransactionId', callId: 'netgiro_referenceId' },
  avarda: { name: 'Avarda', transactionId: 'PurchaseId', callId: 'Call id' },
}

const isKnown = (provider: string): provider is keyof typeof labels =>
  Object.hasOwn(labels, provider)

/** A provider that only a newer version knows is shown under its id. */
export const providerLabels = (provider: string): ProviderLabels =>
  isKnown(provider)
    ? labels[provider]
    : { name: provider, transactionId: 'Transaction id', callId: 'Call id' }
