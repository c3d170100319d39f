/** Microseconds of processor time that this process has used, in user and kernel. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Bytes in memory after a garbage collection. */
export async function residentSize(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc?.()
    await pause(100)
  }
  return process.memoryUsage.rss()
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** Calls `one` that many times, evenly spread over time. Returns the processor time of each, in microseconds. */
export async function evenly(
  count: number,
  perSecond: number,
  one: () => void,
): Promise<{ readonly cpu: number }> {
  const cpuBefore = cpuTime()
  const began = performance.now()
  let done = 0
  while (done < count) {
    const due = Math.min(((performance.now() - began) * perSecond) / 1000, count)
    for (; done < due; done++) one()
    await pause(1)
  }
  return { cpu: (cpuTime() - cpuBefore) / count }
}
