const timeoutMs = 60_000
const intervalMs = 50

/**
 * Waits for a condition. A check that throws is repeated: a page that navigates cannot be evaluated.
 */
export async function waitFor(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + timeoutMs
  let cause: unknown
  while (Date.now() < deadline) {
    try {
      if (await isTrue()) return
    } catch (error) {
      cause = error
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs))
  }
  throw new Error(`${what}: not within ${timeoutMs / 1000} s`, { cause })
}
