import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'
import { standardOutput } from './log-output.ts'

export type Log = Logger

/**
 * Structured logs on standard output. What is logged is chosen field by field where it happens; the list here is the
 * net below: none of these may ever be printed, wherever somebody puts them.
 */
export const createLog = (level: string, destination: DestinationStream = standardOutput()): Log =>
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
