import { SettingFileError, readDocument, readSettingFile } from './file.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the texts of variables and collects what is wrong with them before their meaning is known. Of a variable that cannot
 * be read, nothing else is worth saying.
 */
export class EnvironmentReader {
  readonly #env: Environment
  readonly #values = new Map<string, string | null>()
  readonly #problems: string[] = []
  readonly unreadable = new Set<string>()

  constructor(env: Environment) {
    this.#env = env
  }

  /** Names variables, never their values. */
  get problems(): readonly string[] {
    return this.#problems
  }

  /** The variable, or what is in the file that `NAME_FILE` points to; null where it is not set, or blank. */
  text(name: string): string | null {
    const known = this.#values.get(name)
    if (known !== undefined) return known
    const value = this.#read(name, readSettingFile)
    const problem = value === null ? null : problemOf(value)
    if (problem !== null) this.#refuse(name, name, problem)
    this.#values.set(name, value)
    return value
  }

  /** The same for a variable that may have many lines; its file may be longer. */
  document(name: string): string | null {
    return this.#read(name, readDocument)
  }

  #read(name: string, readFile: (path: string) => string): string | null {
    const fileName = `${name}_FILE`
    const path = this.#env[fileName]?.trim()
    if (path && this.#env[name])
      this.#problems.push(`${name} and ${fileName} are both set: use one`)
    if (!path) return this.#env[name]?.trim() || null
    try {
      const value = readFile(path)
      if (value === '') this.#refuse(name, fileName, 'names an empty file')
      return value
    } catch (error) {
      if (!(error instanceof SettingFileError)) throw error
      this.#refuse(name, fileName, error.message)
      return ''
    }
  }

  #refuse(name: string, culprit: string, problem: string): void {
    if (this.unreadable.has(name)) return
    this.#problems.push(`${culprit} ${problem}`)
    this.unreadable.add(name)
  }
}

/** What no value of any variable may be, because it would be taken for something that was never meant. */
function problemOf(value: string): string | null {
  if (/[\r\n\u2028\u2029]/.test(value)) return 'must be one line'
  if (/\p{Cc}/u.test(value)) return 'must not contain control characters'
  if (value.includes('\ufffd')) return 'is not text in UTF-8'
  if (/[\p{Cs}\p{Co}\p{Noncharacter_Code_Point}]/u.test(value))
    return 'must not contain characters that Unicode does not know'
  if (/\p{Cf}/u.test(value.replace(joiners, '')))
    return 'must not contain invisible characters: type it anew instead of copying it'
  // Some readers of .env files leave them, and they would become a part of the value.
  if (/^(["'`]).*\1$/s.test(value)) return 'is in quotation marks: leave them out'
  return null
}

/** Between letters and in emoji they are a part of how a name is written. */
const joiners =
  /(?<=[\p{L}\p{M}\p{Extended_Pictographic}\ufe0f])[\u200c\u200d](?=[\p{L}\p{Extended_Pictographic}])/gu
