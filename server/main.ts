import { ConfigError } from './config.ts'
import { CannotListen } from './listening.ts'
import { startServer } from './serve.ts'
import { UnusableDatabase } from './store/failure.ts'

const leaving = new AbortController()
const starting = startServer(process.env, { signal: leaving.signal })

// From the first moment on: whoever is told to go while it starts has perhaps taken requests by then, and drains as well.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    leaving.abort()
    starting
      .then((server) => server.close())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      )
  })
}

try {
  await starting
} catch (error) {
  // It was waiting for another server, and nothing had begun.
  if (leaving.signal.aborted) process.exit(0)
  console.error(explain(error))
  process.exit(1)
}

function explain(error: unknown): unknown {
  const isForeseen = [ConfigError, UnusableDatabase, CannotListen].some(
    (kind) => error instanceof kind,
  )
  return isForeseen ? (error as Error).message : error
}
