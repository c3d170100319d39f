/** An order that an app shows. */
export interface Order {
  readonly id: string
  readonly session: string | null
  /** By the condition of the framework. */
  readonly isShown: boolean
}

/** What each app lets a test do. */
export interface App {
  /** How often the app heard of each event of each order, in the idiom of its framework: `one paid`. */
  readonly heard: Record<string, number>
  /** Puts orders on the page in this sequence, each in the element that it has already. */
  show(orders: readonly Order[]): void
  /** Registers the tag, in a page that is opened with `late`. */
  register?(): Promise<unknown>
  /** Hydrates a page that was rendered on a server. */
  hydrate?(): void
}
