/** Whether a call may still leave. Once it may not because a lease was lost, it never may again. */
export type Permit = () => boolean

/** A call about a checkout that was out when this process stopped acting on it. */
export interface CallOut {
  readonly checkoutId: string
  /** Never rejects. */
  readonly ended: Promise<void>
}

/**
 * Which checkouts this process may act on. Of several servers on one database, each owns the checkouts of some partitions, by a
 * lease; one that is alone on its database owns all of them.
 */
export interface Ownership {
  /** Whether the lease was this process's when it last asked, and is not being given back. A write confirms it once more. */
  holds(checkoutId: string): boolean
  /** The same, also while it is being given back: the calls about it that are under way may be ended. */
  keeps(checkoutId: string): boolean
  /** Whether it holds it, and recently enough that no other server can have changed the checkout: memory may be the answer. */
  owns(checkoutId: string): boolean
  /** Whether commands may be carried out here: what a former owner left has been taken up. */
  accepts(checkoutId: string): boolean
  /** Whether a call with an effect may leave this process now. After a standstill it may not: a successor may be at work. */
  mayCall(): boolean
  /**
   * Taken when a call with an effect is decided on, and asked once more right before its first byte leaves: connecting takes
   * time, and the process may have stood still meanwhile.
   */
  permit(): Permit
  /** Whether no other server is on the database. */
  readonly isAlone: boolean
  /** Whether others ever may be. */
  readonly isShared: boolean
}

const always = () => true

/** The ownership of a process that has its database to itself, and of commands, which work beside its server. */
export const soleOwner: Ownership = {
  ...{ holds: always, keeps: always, owns: always, accepts: always, mayCall: always },
  ...{ permit: () => always, isAlone: true, isShared: false },
}
