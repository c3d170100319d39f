import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'

export type Log = Logger

/**
 * Structured logs on standard output. What is logged is chosen field by field where it happens; the list here is the
 * net below: none of these may ever be printed, wherever somebody puts them.
 */
export const createLog = (level: string, destination = standardOutput()): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: {
        paths: [
          'phone',
          'session',
          'authorization',
          'secret',
          '*.phone',
          '*.session',
          '*.authorization',
          '*.secret',
          'payer',
          '*.payer',
        ],
        censor: '…',
      },
      serializers: { err: describeError },
    },
    destination,
  )

/** Lines go out together, by 4 kB or after 50 ms: nobody waits for a log line. What is left is written at exit. */
const standardOutput = (): DestinationStream =>
  pino.destination({ sync: false, minLength: 4_096, periodicFlush: 50 })

/** The kind and place of an error, without its message: messages of libraries like to quote what they were given. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const at = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 4)
  return { type: error.name, code, at }
}
