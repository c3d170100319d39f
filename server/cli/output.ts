/**
 * A reader may leave, as `head` does, or its disk may be full: what a command has begun is completed anyway. Exit code 1 if the
 * output is lost for another reason than that nobody reads it.
 */
export function surviveLostOutput(): void {
  let isLost = false
  process.stderr.on('error', () => {})
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || isLost) return
    isLost = true
    console.error(`The output cannot be written (${code ?? 'unknown error'}).`)
  })
  process.once('exit', () => {
    if (isLost) process.exitCode ||= 1
  })
}
