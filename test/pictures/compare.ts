import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'

const baselines = fileURLToPath(new URL('baselines/', import.meta.url))
/** Ignored by git. */
const differences = fileURLToPath(new URL('../../.cache/pictures/', import.meta.url))

/** Edges of letters may differ a little from one machine to the next; a missing word is several times more. */
const threshold = 0.25
const tolerated = 0.000_2

export interface Comparison {
  readonly isSame: boolean
  /** What differs, and where to look. */
  readonly message: string
}

/** Compares a photograph with the one in the repository. Where they differ, both and their difference are left in `.cache/pictures`. */
export function compare(name: string, photograph: Uint8Array): Comparison {
  const baseline = read(name)
  if (!baseline) return { isSame: false, message: `${name}.png is missing: ${howTo}` }
  const [before, after] = [PNG.sync.read(baseline), PNG.sync.read(Buffer.from(photograph))]
  const { width, height } = before
  if (after.width !== width || after.height !== height) {
    leave(name, baseline, photograph)
    const sizes = `${after.width} × ${after.height} instead of ${width} × ${height}`
    return { isSame: false, message: `${name} is ${sizes}. ${look(name)}` }
  }
  const difference = new PNG({ width, height })
  const count = pixelmatch(before.data, after.data, difference.data, width, height, { threshold })
  const isSame = count <= tolerated * width * height
  if (!isSame) leave(name, baseline, photograph, PNG.sync.write(difference))
  return { isSame, message: `${count} pixels of ${name} differ. ${look(name)}` }
}

const howTo = 'npm run test:pictures -- --update, and look at it'
const look = (name: string) =>
  `See .cache/pictures/${name}-*.png; if it is meant to be so: ${howTo}.`

function read(name: string): Buffer | null {
  try {
    return readFileSync(join(baselines, `${name}.png`))
  } catch {
    return null
  }
}

function leave(name: string, before: Uint8Array, after: Uint8Array, difference?: Uint8Array): void {
  mkdirSync(differences, { recursive: true })
  writeFileSync(join(differences, `${name}-before.png`), before)
  writeFileSync(join(differences, `${name}-after.png`), after)
  if (difference) writeFileSync(join(differences, `${name}-difference.png`), difference)
}

/** A third of what the defaults make of large plain areas. */
const smallest = { deflateLevel: 9, deflateStrategy: 0, filterType: 0, colorType: 2 } as const

/** Puts a photograph in the repository. */
export function keep(name: string, photograph: Uint8Array): void {
  mkdirSync(baselines, { recursive: true })
  const png = PNG.sync.read(Buffer.from(photograph))
  writeFileSync(join(baselines, `${name}.png`), PNG.sync.write(png, smallest))
}

/** Removes what the last run left. */
export const clearDifferences = (): void => rmSync(differences, { recursive: true, force: true })

/** The browser that took the pictures: another one draws letters differently. */
const browserFile = join(baselines, 'browser.txt')

export function browserOfBaselines(): string {
  try {
    return readFileSync(browserFile, 'utf8').trim()
  } catch {
    return 'none'
  }
}

export function keepBrowser(version: string): void {
  mkdirSync(baselines, { recursive: true })
  writeFileSync(browserFile, `${version}\n`)
}
