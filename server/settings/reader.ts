import { SettingFileError, readSettingFile } from './file.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads variables one by one and collects what is wrong with them. A variable that could not be read is complained about
 * once: whatever is said about its value afterwards would be about nothing.
 */
export class SettingsReader {
  readonly #env: Environment
  readonly #values = new Map<string, string | null>()
  readonly #unreadable = new Set<string>()
  readonly #problems = new Set<string>()

  constructor(env: Environment) {
    this.#env = env
  }

  /** Names variables, never their values. */
  get problems(): readonly string[] {
    return [...this.#problems]
  }

  readonly complain = (name: string, what: string): void => {
    if (!this.#unreadable.has(name)) this.#problems.add(`${name} ${what}`)
  }

  /** The variable, or what is in the file that `NAME_FILE` points to; null where it is not set, or blank. */
  readonly text = (name: string): string | null => {
    const known = this.#values.get(name)
    if (known !== undefined) return known
    const value = this.#read(name)
    const problem = value === null ? null : whatIsWrongWith(value)
    if (problem !== null) this.#refuse(name, name, problem)
    this.#values.set(name, value)
    return value
  }

  readonly required = (name: string, what: string): string => {
    const value = this.text(name)
    if (value === null) this.complain(name, `is missing: ${what}`)
    return value ?? ''
  }

  /** The parts between commas; none where the variable is not set. */
  readonly list = (name: string): readonly string[] => {
    const value = this.text(name)
    const parts = (value ?? '').split(',').map((part) => part.trim())
    const listed = parts.filter(Boolean)
    if (value !== null && listed.length === 0) this.complain(name, 'holds nothing but commas')
    return listed
  }

  readonly oneOf = <T extends string>(name: string, values: readonly T[], usual: T): T => {
    const value = this.text(name) ?? usual
    const known = values.find((one) => one === value)
    if (!known) this.complain(name, `must be one of ${values.join(', ')}`)
    return known ?? usual
  }

  readonly whole = (
    name: string,
    usual: number,
    [least, most]: readonly [number, number],
  ): number => {
    const value = this.text(name)
    if (value === null) return usual
    const number = /^\d+$/.test(value) ? Number(value) : NaN
    if (!(number >= least && number <= most))
      this.complain(name, `must be a whole number from ${least} to ${most}`)
    return number
  }

  readonly flag = (name: string): boolean => this.oneOf(name, ['true', 'false'], 'false') === 'true'

  #read(name: string): string | null {
    const fileName = `${name}_FILE`
    const path = this.#env[fileName]?.trim()
    if (path && this.#env[name]) this.complain(name, `and ${fileName} are both set: use one`)
    if (!path) return this.#env[name]?.trim() || null
    try {
      const value = readSettingFile(path)
      if (value === '') this.#refuse(name, fileName, 'names an empty file')
      return value
    } catch (error) {
      if (!(error instanceof SettingFileError)) throw error
      this.#refuse(name, fileName, error.message)
      return ''
    }
  }

  #refuse(name: string, said: string, what: string): void {
    this.complain(said, what)
    this.#unreadable.add(name)
  }
}

/** What no value of any variable may be, for it would be taken for something that nobody meant. */
function whatIsWrongWith(value: string): string | null {
  if (/[\r\n\u2028\u2029]/.test(value)) return 'must be one line'
  if (/\p{Cc}/u.test(value)) return 'must not hold control characters'
  if (value.includes('\ufffd')) return 'is not text in UTF-8'
  if (/[\p{Cs}\p{Co}\p{Noncharacter_Code_Point}]/u.test(value))
    return 'must not hold characters that Unicode does not know'
  if (/\p{Cf}/u.test(value.replace(joiners, '')))
    return 'must not hold invisible characters: type it anew instead of copying it'
  // Some readers of .env files leave them, and they would become a part of the value.
  if (/^(["'`]).*\1$/s.test(value)) return 'is in quotation marks: leave them out'
  return null
}

/** Between letters and in emoji they are a part of how a name is written. */
const joiners =
  /(?<=[\p{L}\p{M}\p{Extended_Pictographic}\ufe0f])[\u200c\u200d](?=[\p{L}\p{Extended_Pictographic}])/gu
