import { ConfigError } from './config.ts'
import { CannotListen } from './listening.ts'
import { startServer } from './serve.ts'
import { stopOnSignal } from './stop-signals.ts'
import { UnusableDatabase } from './store/failure.ts'

const shutdown = new AbortController()
const starting = startServer(process.env, { signal: shutdown.signal })

// Registered before the start is complete: requests may have arrived by then, so that an early signal drains as well.
stopOnSignal(async () => {
  shutdown.abort()
  const server = await starting
  await server.close()
})

process.on('SIGHUP', () => void starting.then((server) => server.reload()).catch(() => {}))

try {
  await starting
} catch (error) {
  // It was waiting for another server's database and had begun nothing.
  if (shutdown.signal.aborted) process.exit(0)
  console.error(explain(error))
  process.exit(1)
}

function explain(error: unknown): unknown {
  const isExpected = [ConfigError, UnusableDatabase, CannotListen].some(
    (kind) => error instanceof kind,
  )
  return isExpected ? (error as Error).message : error
}
