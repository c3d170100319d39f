import { write, writeSync } from 'node:fs'

/** Lines go out together, by 4 kB or after 50 ms: nobody waits for a log line. */
const together = { bytes: 4_096, ms: 50 }

/** So much waits for a reader that is slow; what does not fit is dropped and counted. */
const maxBufferedBytes = 1024 * 1024

/** Between tries, where the reader or the disk takes nothing. */
const pauses = { full: 50, broken: 1_000 }

/** At the end of the process a slow reader is given this long. */
const lastTries = { count: 20, ms: 10 }

interface Chunk {
  readonly bytes: Buffer
  readonly lines: number
}

/**
 * Writes log lines to a file descriptor and never fails: a disk that is full, a reader that is gone or that has stopped
 * reading costs lines, and how many is the first line once there is room again. Nothing here blocks or throws.
 */
export class LogOutput {
  readonly #fd: number
  #lines: string[] = []
  #waiting = 0
  /** What is being written, or could only be written in part. */
  #chunk: Chunk | null = null
  #isWriting = false
  #lost = 0
  /** The last thing that was written ended in the middle of a line. */
  #isCut = false
  #timer: NodeJS.Timeout | null = null

  constructor(fd: number) {
    this.#fd = fd
    process.once('exit', () => this.#finish())
  }

  /** One line, with its end. */
  write(line: string): void {
    if (this.#waiting + line.length > maxBufferedBytes) {
      this.#lost++
      return
    }
    this.#lines.push(line)
    this.#waiting += line.length
    if (this.#waiting >= together.bytes && !this.#timer) this.#flush()
    else this.#flushIn(together.ms)
  }

  #flushIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#flush()
    }, ms).unref()
  }

  #flush(): void {
    if (this.#isWriting) return
    const chunk = (this.#chunk ??= this.#take())
    if (!chunk) return
    this.#isWriting = true
    write(this.#fd, chunk.bytes, (error, written) => {
      this.#isWriting = false
      this.#settle(chunk, error, written)
    })
  }

  /** Everything that waits, after a line about what was lost before. */
  #take(): Chunk | null {
    if (this.#lines.length === 0) return null
    const time = new Date().toISOString()
    const lost = this.#lost
    const about =
      lost > 0
        ? `${JSON.stringify({ level: 40, time, lost, msg: 'log lines were lost: nothing could be written' })}\n`
        : ''
    const lines = this.#lines
    this.#lines = []
    this.#waiting = 0
    this.#lost = 0
    const text = `${this.#isCut ? '\n' : ''}${about}${lines.join('')}`
    this.#isCut = false
    return { bytes: Buffer.from(text), lines: lines.length + lost }
  }

  #settle(chunk: Chunk, error: NodeJS.ErrnoException | null, written: number): void {
    if (error && error.code !== 'EAGAIN') {
      this.#lost += chunk.lines
      this.#chunk = null
      if (this.#lines.length > 0) this.#flushIn(pauses.broken)
      return
    }
    const rest = chunk.bytes.subarray(error ? 0 : written)
    if (rest.length === 0) {
      this.#chunk = null
      if (this.#lines.length > 0) this.#flushIn(together.ms)
      return
    }
    this.#isCut = rest.length < chunk.bytes.length || this.#isCut
    this.#chunk = { bytes: rest, lines: chunk.lines }
    this.#flushIn(pauses.full)
  }

  #finish(): void {
    // What is on its way to a thread of its own goes on by itself.
    if (this.#isWriting) this.#chunk = null
    for (let tries = lastTries.count; tries > 0;) {
      const chunk = (this.#chunk ??= this.#take())
      if (!chunk) return
      try {
        const written = writeSync(this.#fd, chunk.bytes)
        const rest = chunk.bytes.subarray(written)
        this.#chunk = rest.length > 0 ? { ...chunk, bytes: rest } : null
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
        tries--
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lastTries.ms)
      }
    }
  }
}

/**
 * Standard output. To ask for the stream sets a pipe to answer at once when it is full, as it does in every program that
 * prints anything; its own errors are ours already.
 */
export function standardOutput(): LogOutput {
  if (!output) {
    process.stdout.on('error', () => {})
    output = new LogOutput(process.stdout.fd)
  }
  return output
}

let output: LogOutput | null = null
