import type { NetgiroCheckoutAttributes } from './attributes.ts'

/** What React is to write on the element's tag. */
export const asAttributes = <P extends Pick<NetgiroCheckoutAttributes, 'snapshot'>>({
  snapshot,
  ...rest
}: P) => ({
  ...rest,
  // [react] 18 writes an object as `[object Object]`; 19 sets the property, which takes JSON as well.
  ...(snapshot && { snapshot: typeof snapshot === 'object' ? JSON.stringify(snapshot) : snapshot }),
})
