import type { Platform } from '../platform.ts'

/** Options of the provider's script that the page sets. All others come from the backend. */
export interface FormOptions extends Readonly<Record<string, unknown>> {
  /** Id of the container, which the script finds with `document.getElementById`. */
  readonly divId: string
  /** [avarda] the page that a bank or card page sends the shopper back to; it must show the form again. */
  readonly callbackUrl: string
  /** [avarda] called when the shopper is done; without the result. */
  readonly done: () => void
}

interface FormClient {
  init(options: FormOptions): void
}

/** For the script, and then for the form. Our choice: enough for a slow mobile network, and not too much before another try. */
export const loadTimeoutMs = 15_000

/** The global of the provider's script, once that has run. There is one per page, so a page shows one form at a time. */
export const formClient = (): FormClient | undefined =>
  (globalThis as { AvardaCheckOutClient?: FormClient }).AvardaCheckOutClient

const loading = new Map<string, Promise<void>>()

/** Loads the provider's script once per page. A load that failed, or brought something else, is retried by the next call. */
export function loadScript(source: string, nonce: string, platform: Platform): Promise<void> {
  const pending = loading.get(source)
  if (pending) return pending
  const promise = insertScript(source, nonce, platform)
  loading.set(source, promise)
  promise.catch(() => loading.delete(source))
  return promise
}

/**
 * Adds an ordinary script element, which a content security policy can allow. Rejects if loading fails or times out, and if it
 * defines no client: a page about maintenance loads like a script.
 */
const insertScript = (source: string, nonce: string, platform: Platform): Promise<void> =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script')
    const fail = (): void => {
      script.remove()
      reject(new Error(source))
    }
    const stopWaiting = platform.after(loadTimeoutMs, fail)
    script.onload = () => {
      stopWaiting()
      if (formClient()) resolve()
      else fail()
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

/** Under Trusted Types a script URL must come from a policy. The backend is trusted, so it passes unchanged. */
function trustedUrl(source: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy }
  }
  policy ??= trustedTypes?.createPolicy('avarda-checkout', { createScriptURL: (url) => url })
  return policy ? policy.createScriptURL(source) : source
}
