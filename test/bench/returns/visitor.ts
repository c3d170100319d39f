/** A person with a browser, who comes to a page and goes away from it. */
export interface Visitor {
  open(url: string): Promise<void>
  /** The value of an expression in the page. */
  read<T>(expression: string): Promise<T>
  /** Looks at another tab, and at the page again. */
  leaveTab(): Promise<void>
  returnToTab(): Promise<void>
  /** Goes to another page of the shop, and back. */
  follow(url: string): Promise<void>
  back(): Promise<void>
  /** What only some drivers can do: freezes a visible page, and takes the whole browser offline. */
  readonly freeze?: (isFrozen: boolean) => Promise<void>
  readonly goOffline?: (isOffline: boolean) => Promise<void>
  close(): Promise<void>
}
