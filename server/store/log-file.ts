import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs'

/** What the write-ahead log tells about itself and about the file beside it, read before SQLite does. */
export interface LogState {
  /** The log is not that of the file beside it: SQLite would write it over the file all the same. */
  readonly isForeign: boolean
  /**
   * Transactions that were acknowledged and can no longer be read, for something before them is damaged: SQLite takes the
   * first checksum that is wrong for the end of the log. The very last transaction is never counted: damaged, it looks like
   * one that a power failure cut off before anybody was told of it.
   */
  readonly lost: number
}

/** [sqlite] https://www.sqlite.org/fileformat2.html */
const header = { bytes: 100, writeVersion: 18, userVersion: 60, walVersion: 2 }
const log = { headerBytes: 32, frameBytes: 24, magic: 0x377f0682 }

/** Ours are far shorter; one that somebody's long reading let grow is not worth so much memory. */
const readAtMost = 512 * 1024 * 1024

const unremarkable: LogState = { isForeign: false, lost: 0 }

export function inspectLog(path: string): LogState {
  const logPath = `${path}-wal`
  const size = existsSync(logPath) ? statSync(logPath).size : 0
  if (size <= log.headerBytes || size > readAtMost) return unremarkable
  const bytes = readFileSync(logPath)
  // Zeros are what some file systems leave of a file that was never synced.
  if (bytes.subarray(0, log.headerBytes).every((byte) => byte === 0)) return unremarkable
  const { generations, commits, lost } = readLog(bytes)
  return { isForeign: commits > 0 && isForeign(readHeader(path), generations), lost }
}

interface Header {
  readonly isWal: boolean
  /** The number that every server, and every checkpoint of it, counts up: `user_version`. */
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
 * A file has the generation that the log was begun on, or one that was copied into it from the log since. One that never
 * was in WAL mode, such as a fresh `VACUUM INTO`, or is empty, has no log at all.
 */
function isForeign(file: Header | null, generations: readonly number[]): boolean {
  if (!file?.isWal) return true
  const [first] = generations
  const last = generations.at(-1)
  if (first === undefined || last === undefined) return false
  return file.generation < first - 1 || file.generation > last
}

interface Reading {
  /** Of every version of the page that holds the header, oldest first. */
  readonly generations: readonly number[]
  /** Transactions that can be read. */
  readonly commits: number
  readonly lost: number
}

function readLog(bytes: Buffer): Reading {
  const magic = bytes.readUInt32BE(0)
  const pageBytes = bytes.readUInt32BE(8)
  const isSound = (magic & ~1) === log.magic && pageBytes >= 512 && pageBytes <= 65_536
  const sum = new Checksum((magic & 1) === 1)
  sum.add(bytes.subarray(0, 24))
  // [sqlite] a header is synced before anything follows it.
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
  const beyond = []
  for (let later = index; later < count; later++)
    if (isOfThisLog(frameAt(later))) beyond.push(frameAt(later).readUInt32BE(4) !== 0)
  // Each is synced before the next one begins: what has a successor was acknowledged.
  const lost = beyond.filter((isCommit, at) => isCommit && at < beyond.length - 1).length
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
