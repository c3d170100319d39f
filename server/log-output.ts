import { write, writeSync } from 'node:fs'

/** Lines are written in batches of 4 kB or 50 ms. */
const batch = { bytes: 4_096, ms: 50 }

/** For a slow reader; lines beyond are dropped and counted. */
const maxBufferedBytes = 1024 * 1024

/** Before a retry: when the pipe is full, and when writing failed. */
const retryDelaysMs = { full: 50, failed: 1_000 }

/** How often to try when the process ends and the pipe is full. */
const exitRetries = { count: 20, ms: 10 }

interface Chunk {
  readonly bytes: Buffer
  readonly lines: number
}

/**
 * Writes log lines to a file descriptor without blocking or throwing. When the disk is full, or the reader is slow or gone, lines
 * are dropped; the first line written afterwards says how many.
 */
export class LogOutput {
  readonly #fd: number
  #lines: string[] = []
  #waiting = 0
  /** What is being written, or was written in part. */
  #chunk: Chunk | null = null
  #isWriting = false
  #lost = 0
  /** The last write ended in the middle of a line. */
  #isCut = false
  #timer: NodeJS.Timeout | null = null

  constructor(fd: number) {
    this.#fd = fd
    process.once('exit', () => this.#finish())
  }

  /** @param line - with its line feed */
  write(line: string): void {
    if (this.#waiting + line.length > maxBufferedBytes) {
      this.#lost++
      return
    }
    this.#lines.push(line)
    this.#waiting += line.length
    if (this.#waiting >= batch.bytes && !this.#timer) this.#flush()
    else this.#flushIn(batch.ms)
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

  /** Everything buffered, after a line about dropped lines. */
  #take(): Chunk | null {
    if (this.#lines.length === 0) return null
    const time = new Date().toISOString()
    const lost = this.#lost
    const about =
      lost > 0
        ? `${JSON.stringify({ level: 40, time, lost, msg: 'log lines were dropped: output was not writable' })}\n`
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
      if (this.#lines.length > 0) this.#flushIn(retryDelaysMs.failed)
      return
    }
    const rest = chunk.bytes.subarray(error ? 0 : written)
    if (rest.length === 0) {
      this.#chunk = null
      if (this.#lines.length > 0) this.#flushIn(batch.ms)
      return
    }
    this.#isCut = rest.length < chunk.bytes.length || this.#isCut
    this.#chunk = { bytes: rest, lines: chunk.lines }
    this.#flushIn(retryDelaysMs.full)
  }

  #finish(): void {
    // A write that a thread has begun is completed without us.
    if (this.#isWriting) this.#chunk = null
    for (let tries = exitRetries.count; tries > 0;) {
      const chunk = (this.#chunk ??= this.#take())
      if (!chunk) return
      try {
        const written = writeSync(this.#fd, chunk.bytes)
        const rest = chunk.bytes.subarray(written)
        this.#chunk = rest.length > 0 ? { ...chunk, bytes: rest } : null
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
        tries--
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, exitRetries.ms)
      }
    }
  }
}

/**
 * Standard output. Reading `process.stdout` makes a pipe non-blocking; errors of the stream itself are ignored, because
 * `LogOutput` handles those of its own writes.
 */
export function standardOutput(): LogOutput {
  if (!output) {
    process.stdout.on('error', () => {})
    output = new LogOutput(process.stdout.fd)
  }
  return output
}

let output: LogOutput | null = null
