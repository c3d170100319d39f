import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'
import { standardOutput } from './log-output.ts'

export type Log = Logger

/**
 * Writes structured logs to standard output. Each call chooses its fields; the redacted paths are a second line of defence, for
 * what must never be printed.
 *
 * @param level - `debug` … `silent`, see LOG_LEVEL
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

/** Type, code and stack of an error without its message: libraries quote their input in messages. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const at = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 4)
  return { type: error.name, code, at }
}
