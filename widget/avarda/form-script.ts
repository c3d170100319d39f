import type { World } from '../world.ts'

/** What the provider's script is told. Everything else comes from the backend. */
export interface FormOptions extends Readonly<Record<string, unknown>> {
  /** The script finds its place by `document.getElementById`. */
  readonly divId: string
  /** [avarda] the page to which the shopper comes back from a bank or a card page; it must show the form again. */
  readonly callbackUrl: string
  /** [avarda] the shopper is done; how it ended is not said. */
  readonly done: () => void
}

interface FormClient {
  init(options: FormOptions): void
}

/** Ours: long enough for a slow phone network, short enough to offer another try. */
const giveUpAfter = 15_000

const loading = new Map<string, Promise<void>>()

/** The provider's own global, once its script has run. A page has one, so it has one form at a time. */
export const formClient = (): FormClient | undefined =>
  (globalThis as { AvardaCheckOutClient?: FormClient }).AvardaCheckOutClient

/** Loads the script once for all who ask; after a failure, anew. A content security policy sees an ordinary script. */
export function loadScript(source: string, nonce: string, world: World): Promise<void> {
  const known = loading.get(source)
  if (known) return known
  const promise = new Promise<void>((resolve, reject) => {
    const script = document.createElement('script')
    const fail = (): void => {
      loading.delete(source)
      script.remove()
      reject(new Error('form_unavailable'))
    }
    const keepWaiting = world.after(giveUpAfter, fail)
    script.onload = () => {
      keepWaiting()
      resolve()
    }
    script.onerror = () => {
      keepWaiting()
      fail()
    }
    script.async = true
    script.nonce = nonce
    script.src = source
    document.head.append(script)
  })
  loading.set(source, promise)
  return promise
}
