import type { Platform } from '../platform.ts'

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
const scriptTimeoutMs = 15_000

/** The provider's own global, once its script has run. A page has one, so it has one form at a time. */
export const formClient = (): FormClient | undefined =>
  (globalThis as { AvardaCheckOutClient?: FormClient }).AvardaCheckOutClient

const loading = new Map<string, Promise<void>>()

/** Loads the script once for all who ask; after a failure, anew. */
export function loadScript(source: string, nonce: string, platform: Platform): Promise<void> {
  const pending = loading.get(source)
  if (pending) return pending
  const promise = insertScript(source, nonce, platform)
  loading.set(source, promise)
  promise.catch(() => loading.delete(source))
  return promise
}

/** A content security policy sees an ordinary script. */
const insertScript = (source: string, nonce: string, platform: Platform): Promise<void> =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script')
    const fail = (): void => {
      script.remove()
      reject(new Error(source))
    }
    const stopWaiting = platform.after(scriptTimeoutMs, fail)
    script.onload = () => {
      stopWaiting()
      resolve()
    }
    script.onerror = () => {
      stopWaiting()
      fail()
    }
    script.nonce = nonce
    script.src = trustedUrl(source)
    document.head.append(script)
  })

interface Policy {
  createScriptURL(url: string): string
}

let policy: Policy | undefined

/** Under Trusted Types only a policy may name a script; the address comes from the backend, so it passes as it is. */
function trustedUrl(source: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy }
  }
  policy ??= trustedTypes?.createPolicy('avarda-checkout', { createScriptURL: (url) => url })
  return policy ? policy.createScriptURL(source) : source
}
