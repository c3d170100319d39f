import { join } from 'node:path'

export interface LoadPlan {
  /** The folder of the compiled files and the databases. */
  readonly folder: string
  readonly profile?: string | undefined
  readonly note: (text: string) => void
}

let databases = 0

/** On a real disk, beside the compiled files, and deleted with them. */
export const newDatabase = (folder: string): string => join(folder, `load-${++databases}.db`)
