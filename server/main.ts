import { ConfigError } from './config.ts'
import { startServer } from './serve.ts'

const starting = startServer(process.env)

// From the first moment on: whoever is told to go while it starts has perhaps taken requests by then, and drains as well.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
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
  console.error(explain(error))
  process.exit(1)
}

function explain(error: unknown): unknown {
  if (error instanceof ConfigError) return error.message
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  return isTaken ? 'The port is taken by another program: set PORT to a free one.' : error
}
