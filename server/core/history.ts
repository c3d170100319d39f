import type { Input } from './checkout.ts'

/** The history is public (`GET /v1/checkouts/{id}`): its entries keep the types that they were first written under. */
const publicTypes: Readonly<Partial<Record<Input['type'], string>>> = {
  authorized: 'approved',
  shop_decided: 'authorized',
  start_abandoned: 'lapsed',
}

/** The type of the history entry that an input leaves. */
export const historyTypeOf = ({ type }: Input | Pick<Input, 'type'>): string =>
  publicTypes[type] ?? type
