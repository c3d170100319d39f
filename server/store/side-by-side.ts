/** Like `Promise.all`, but an error is the first one, and is thrown only when nothing runs any more. */
export const allSettled = <T extends readonly unknown[] | []>(
  promises: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> =>
  Promise.all(promises).catch(async (error: unknown) => {
    await Promise.allSettled(promises)
    throw error
  })

interface KeyedJob<T> {
  /** Two jobs with one in common follow each other; a job without any runs alone. */
  readonly keys: readonly string[]
  readonly run: () => Promise<T>
}

/** Runs jobs side by side, in their order where that matters. Those that wait for one that fails do not begin. */
export function sideBySide<T>(jobs: readonly KeyedJob<T>[]): Promise<T[]> {
  const newest = new Map<string, Promise<T>>()
  const all: Promise<T>[] = []
  /** The newest one that runs alone. */
  let barrier: readonly Promise<T>[] = []
  for (const { keys, run } of jobs) {
    const before = keys.length === 0 ? [...all] : keys.flatMap((key) => newest.get(key) ?? [])
    const running = Promise.all([...barrier, ...before]).then(run)
    all.push(running)
    if (keys.length === 0) barrier = [running]
    for (const key of keys) newest.set(key, running)
  }
  return allSettled(all)
}
