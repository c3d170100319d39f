/** The commands of a child process. */
export type Commands = Readonly<Record<string, (input: never) => unknown>>

export interface Request {
  readonly number: number
  readonly command: string
  readonly input: unknown
}

export interface Response {
  readonly number: number
  readonly result?: unknown
  readonly error?: string
}

/** The child's side: runs the parent's commands, and exits when the parent does. */
export function serveRequests(commands: Commands): void {
  const send = (answer: Response) => process.send?.(answer)
  process.on('message', (message) => {
    const { number, command, input } = message as Request
    const run = commands[command] as ((input: unknown) => unknown) | undefined
    Promise.resolve(input)
      .then((given) => run?.(given))
      .then(
        (result) => send({ number, result }),
        (error: unknown) => send({ number, error: String(error) }),
      )
  })
  process.once('disconnect', () => process.exit(0))
  send({ number: 0 })
}
