import { systemClock } from './core/clock.ts'

/** One Ctrl-C arrives twice under npm, which passes on what the terminal has sent to the whole group. */
const sameSignalMs = 1_000

/**
 * Stops once on SIGTERM or Ctrl-C, and ends the process when that is done. Another signal, in case stopping hangs, ends it at
 * once.
 */
export function stopOnSignal(stop: () => Promise<void>): void {
  let firstAt: number | null = null
  const onSignal = () => {
    const now = systemClock.monotonic()
    if (firstAt === null) {
      firstAt = now
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    } else if (now - firstAt > sameSignalMs) process.exit(1)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal)
}
