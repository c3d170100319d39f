import type { Line } from './report.ts'

export type Parts = Readonly<Record<string, () => Promise<readonly Line[]>>>

interface PartsOptions {
  /** Some parts alone, comma-separated; all of them when it is absent. */
  readonly only: string | undefined
  readonly note: (text: string) => void
}

/** Measures one part after the other. A part that fails is named, and the lines of the others are kept. */
export async function measureParts(
  parts: Parts,
  { only, note }: PartsOptions,
): Promise<readonly Line[]> {
  const chosen = only?.split(',') ?? Object.keys(parts)
  const unknown = chosen.filter((name) => !Object.hasOwn(parts, name))
  if (unknown.length > 0) throw new Error(`no part is called ${unknown.join(', ')}`)
  const lines: Line[] = []
  for (const [name, measure] of Object.entries(parts)) {
    if (!chosen.includes(name)) continue
    try {
      lines.push(...(await measure()))
    } catch (error) {
      note(`${name} failed: ${error instanceof Error ? error.message : String(error)}`)
      lines.push({ what: `${name}: failed`, unit: 'see above' })
    }
  }
  return lines
}
