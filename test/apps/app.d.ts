/** What each app lets a test do. */
export interface App {
  /** How often the app heard of each event, in the idiom of its framework. */
  readonly heard: Record<string, number>
  /** Gives the element its session; null takes it away. */
  setSession(session: string | null): void
  /** Shows or hides the element, by the condition of the framework. */
  show(isShown: boolean): void
}
