/** The elements of one session in this browser. One of them holds the event stream, and the others hear what it hears. */
export interface Tabs {
  /** Tells the others of a snapshot, or that the stream is alive. */
  publish(message?: object): void
  /** Runs the task once no other does. Another one takes over as soon as it ends, or its tab is gone. */
  lead(task: () => Promise<void>): Promise<void>
}

/** Begins to listen, until the signal aborts. The name is known to elements of the session alone. */
export type JoinTabs = (
  name: string,
  signal: AbortSignal,
  onMessage: (message: unknown) => void,
) => Tabs

/** Where tabs cannot find each other. */
export const alone: JoinTabs = () => ({ publish: () => null, lead: (task) => task() })

/**
 * With the browser's locks and channels: HTTP/1.1 leaves each browser six connections to the backend, which as many
 * streams would take up.
 */
export const joinTabs: JoinTabs = (name, signal, onMessage) => {
  let locks: LockManager | undefined
  let channel: BroadcastChannel | undefined
  try {
    // Undefined on pages that were not loaded by https.
    ;({ locks } = navigator as Partial<Navigator>)
    channel = new BroadcastChannel(name)
  } catch {
    // Where the browser blocks a page's storage.
  }
  if (!locks || !channel) return alone(name, signal, onMessage)
  channel.onmessage = ({ data }) => onMessage(data)
  signal.addEventListener('abort', () => channel.close())
  return {
    publish(message) {
      if (!signal.aborted) channel.postMessage(message)
    },
    async lead(task) {
      try {
        await locks.request(name, { signal }, task)
      } catch {
        // The signal aborts, or a sandbox or an extension leaves the page without locks.
        if (!signal.aborted) await task()
      }
    },
  }
}
