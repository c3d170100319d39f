import { readSnapshot, type Snapshot } from '../server/protocol/index.ts'

/** The snapshot that a page hands over, as JSON or as an object; null for anything else. */
export function readGiven(given: unknown): Snapshot | null {
  try {
    return readSnapshot(typeof given === 'string' ? JSON.parse(given) : given)
  } catch {
    return null
  }
}
