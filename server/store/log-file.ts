import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs'

/** The state of the write-ahead log, inspected before SQLite opens it. */
export interface LogState {
  /** The log does not belong to the database file. SQLite would still copy it into the file. */
  readonly isForeign: boolean
  /**
   * Acknowledged transactions that cannot be read, because something before them is damaged: SQLite takes the first wrong
   * checksum for the end of the log. The very last transaction is never counted: if damaged, it looks like one that a power
   * failure interrupted before it was acknowledged.
   */
  readonly lost: number
}

/** [sqlite] https://www.sqlite.org/fileformat2.html */
const header = { bytes: 100, writeVersion: 18, userVersion: 60, walVersion: 2 }
const log = { headerBytes: 32, frameBytes: 24, magic: 0x377f0682 }

/** Ours are far shorter. One that grew during a long read of another program is not worth so much memory. */
const maxBytes = 512 * 1024 * 1024

const intact: LogState = { isForeign: false, lost: 0 }

export function inspectLog(path: string): LogState {
  const logPath = `${path}-wal`
  const size = existsSync(logPath) ? statSync(logPath).size : 0
  if (size <= log.headerBytes || size > maxBytes) return intact
  const bytes = readFileSync(logPath)
  // Some file systems leave zeros in a file that was never synced.
  if (bytes.subarray(0, log.headerBytes).every((byte) => byte === 0)) return intact
  const { generations, commits, lost } = readLog(bytes)
  return { isForeign: commits > 0 && isForeign(readHeader(path), generations), lost }
}

interface Header {
  readonly isWal: boolean
  /** `user_version`, incremented by every server at its start and after every checkpoint. */
  readonly generation: number
}

function readHeader(path: string): Header | null {
  if (!existsSync(path)) return null
  const bytes = Buffer.alloc(header.bytes)
  const file = openSync(path, 'r')
  try {
    if (readSync(file, bytes, 0, header.bytes, 0) < header.bytes) return null
  } finally {
    closeSync(file)
  }
  return {
    isWal: bytes[header.writeVersion] === header.walVersion,
    generation: bytes.readUInt32BE(header.userVersion),
  }
}

/**
 * The file of a log has the generation that the log began on, or one that a checkpoint copied into it since. A file that was
 * never in WAL mode (such as a fresh `VACUUM INTO`) or is empty has no log.
 */
function isForeign(file: Header | null, generations: readonly number[]): boolean {
  if (!file?.isWal) return true
  const [first] = generations
  const last = generations.at(-1)
  if (first === undefined || last === undefined) return false
  return file.generation < first - 1 || file.generation > last
}

interface LogContents {
  /** One for every version of the header page, oldest first. */
  readonly generations: readonly number[]
  /** Readable transactions. */
  readonly commits: number
  readonly lost: number
}

function readLog(bytes: Buffer): LogContents {
  const magic = bytes.readUInt32BE(0)
  const pageBytes = bytes.readUInt32BE(8)
  const isSound = (magic & ~1) === log.magic && pageBytes >= 512 && pageBytes <= 65_536
  const sum = new Checksum((magic & 1) === 1)
  sum.add(bytes.subarray(0, 24))
  // [sqlite] the header is synced before any frame is written.
  if (!isSound || !sum.equals(bytes, 24)) return { generations: [], commits: 0, lost: 1 }

  const salts = bytes.subarray(16, 24)
  const step = log.frameBytes + pageBytes
  const count = Math.floor((bytes.length - log.headerBytes) / step)
  const frameAt = (index: number) =>
    bytes.subarray(log.headerBytes + index * step, log.headerBytes + (index + 1) * step)
  const isOfThisLog = (frame: Buffer) => frame.subarray(8, 16).equals(salts)

  const generations: number[] = []
  let commits = 0
  let index = 0
  for (; index < count; index++) {
    const frame = frameAt(index)
    sum.add(frame.subarray(0, 8))
    sum.add(frame.subarray(log.frameBytes))
    if (!isOfThisLog(frame) || !sum.equals(frame, 16)) break
    if (frame.readUInt32BE(4) !== 0) commits++
    if (frame.readUInt32BE(0) !== 1) continue
    generations.push(frame.readUInt32BE(log.frameBytes + header.userVersion))
  }
  const unreadable = []
  for (let later = index; later < count; later++)
    if (isOfThisLog(frameAt(later))) unreadable.push(frameAt(later).readUInt32BE(4) !== 0)
  // Each is synced before the next one begins, so one with a successor was acknowledged.
  const lost = unreadable.filter((isCommit, at) => isCommit && at < unreadable.length - 1).length
  return { generations, commits, lost }
}

/** [sqlite] fileformat2, 4.2: over pairs of 32-bit words, in the byte order that the log's header names. */
class Checksum {
  readonly #isBigEndian: boolean
  #first = 0
  #second = 0

  constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian
  }

  add(bytes: Buffer): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at + 8 <= bytes.byteLength; at += 8) {
      this.#first = (this.#first + view.getUint32(at, !this.#isBigEndian) + this.#second) >>> 0
      this.#second = (this.#second + view.getUint32(at + 4, !this.#isBigEndian) + this.#first) >>> 0
    }
  }

  equals(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second
  }
}
