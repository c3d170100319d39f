import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** A key is short: a longer file is meant for something else. */
const maxValueBytes = 64 * 1024
/** Hundreds of merchants. */
const maxDocumentBytes = 1024 * 1024

/** Why a file cannot provide the value of a setting; the message is for the operator. */
export class SettingFileError extends Error {
  override readonly name = 'SettingFileError'
}

/**
 * Reads a file that contains one value, and trims it. Never blocks: a pipe or a device is refused without reading it, because it
 * may never give anything, or never end.
 *
 * @throws SettingFileError
 */
export const readSettingFile = (path: string): string => readText(path, maxValueBytes)

/** The same for a file of many values. */
export const readDocument = (path: string): string => readText(path, maxDocumentBytes)

function readText(path: string, maxBytes: number): string {
  const bytes = readRegularFile(path, maxBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim()
  } catch {
    throw new SettingFileError('names a file that is not text in UTF-8')
  }
}

function readRegularFile(path: string, maxBytes: number): Uint8Array {
  const file = open(path)
  try {
    const stat = fstatSync(file)
    if (stat.isDirectory()) throw new SettingFileError('names a folder, not a file')
    if (!stat.isFile()) throw new SettingFileError('names a pipe or a device, not a regular file')
    if (stat.size > maxBytes) throw tooLong(maxBytes)
    return readUpTo(file, maxBytes)
  } catch (error) {
    throw error instanceof SettingFileError ? error : unreadable()
  } finally {
    closeSync(file)
  }
}

function open(path: string): number {
  try {
    // [posix] open: without O_NONBLOCK, opening a pipe blocks until another process writes to it.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    throw unreadable()
  }
}

/** The size that `fstat` reports may be 0 for a file with content, as below /proc. */
function readUpTo(file: number, maxLength: number): Uint8Array {
  const buffer = Buffer.alloc(maxLength + 1)
  let length = 0
  while (length < buffer.length) {
    const read = readSync(file, buffer, length, buffer.length - length, null)
    if (read === 0) return buffer.subarray(0, length)
    length += read
  }
  throw tooLong(maxLength)
}

const unreadable = () => new SettingFileError('names a file that cannot be read')
const tooLong = (maxBytes: number) =>
  new SettingFileError(
    maxBytes > maxValueBytes
      ? 'names a file of more than 1 MB'
      : 'names a file of more than 64 kB: it should hold one value',
  )
