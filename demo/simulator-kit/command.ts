export interface Started {
  /** Printed once it listens. */
  readonly banner: string
  close(): Promise<void>
}

export interface Command {
  readonly portVariable: string
  readonly defaultPort: number
  /** Invalid settings other than the port. */
  readonly problems?: readonly string[]
  readonly start: (port: number) => Promise<Started>
}

/** Runs a simulator from the command line until SIGINT or SIGTERM. */
export async function run({ portVariable, defaultPort, problems = [], start }: Command) {
  const port = Number(process.env[portVariable] ?? defaultPort)
  const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535
  const all = [...(isPort ? [] : [`${portVariable} is not a port number.`]), ...problems]
  try {
    if (all.length > 0) throw new Error(all.join('\n'))
    const simulator = await start(port)
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => void simulator.close())
    console.log(simulator.banner)
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    console.error(
      isTaken
        ? `Port ${port} is already in use. Set ${portVariable} to a free port.`
        : error instanceof Error
          ? error.message
          : error,
    )
    process.exitCode = 1
  }
}
