const patience = 20_000
const pace = 50

/**
 * Waits for a condition, never for a time. A question that throws is asked again: a page that is just being left
 * cannot answer.
 */
export async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patience
  let cause: unknown
  while (Date.now() < deadline) {
    try {
      if (await isTrue()) return
    } catch (error) {
      cause = error
    }
    await new Promise((resolve) => setTimeout(resolve, pace))
  }
  throw new Error(`waited ${patience / 1000} s in vain until ${what}`, { cause })
}
