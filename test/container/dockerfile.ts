/** One instruction of a Dockerfile, e.g. `COPY` with its flags and arguments. */
export interface Step {
  readonly name: string
  readonly flags: Readonly<Record<string, string>>
  /** What follows the flags, as it is written. */
  readonly text: string
}

export interface Stage {
  readonly name: string
  /** The base image, or the name of an earlier stage. */
  readonly from: string
  readonly steps: readonly Step[]
}

const instructions = new Set([
  ...['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'VOLUME', 'EXPOSE', 'STOPSIGNAL'],
  ...['HEALTHCHECK', 'ENTRYPOINT', 'CMD'],
])

/** Reads the part of the language that our Dockerfile uses, and throws at anything else. */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { name: string; from: string; steps: Step[] }[] = []
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue
    const step = parseStep(line)
    if (step.name !== 'FROM') {
      if (stages.length === 0) throw new Error(`Before the first FROM: ${line}`)
      stages.at(-1)!.steps.push(step)
      continue
    }
    const [, from = '', name = String(stages.length)] =
      /^(\S+)(?: AS (\S+))?$/.exec(step.text) ?? []
    stages.push({ name, from, steps: [] })
  }
  return stages
}

function parseStep(line: string): Step {
  const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
  if (!instructions.has(name) || line.endsWith('\\')) throw new Error(`Not understood: ${line}`)
  const flags: Record<string, string> = {}
  let text = rest
  for (;;) {
    const [flag, key = '', value = ''] = /^--([\w-]+)=(\S+)\s+/.exec(text) ?? []
    if (flag === undefined) return { name, flags, text }
    flags[key] = value
    text = text.slice(flag.length)
  }
}

/** The arguments of the last step of this name, which is written as a JSON list. */
export function listOf({ steps }: Stage, name: string): readonly string[] {
  const text = steps.findLast((step) => step.name === name)?.text ?? '[]'
  return JSON.parse(text.replace(/^CMD /, '')) as string[]
}

/** The argument of the last step of this name. */
export const textOf = ({ steps }: Stage, name: string): string | undefined =>
  steps.findLast((step) => step.name === name)?.text

/** The variables that the image sets. */
export const environmentOf = ({ steps }: Stage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    steps
      .filter(({ name }) => name === 'ENV')
      .map(({ text }) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  )

/** Whether a path of the context is left out, by the patterns of a `.dockerignore`: paths from the root, and names after `**` and a slash. */
export function ignoredBy(text: string): (path: string) => boolean {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const patterns = lines.map((line) => {
    if (/[!?[\]]/.test(line)) throw new Error(`Not understood: ${line}`)
    const source = line
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replace(/^\*\*\//, '(?:.*/)?')
      .replace(/(?<![.)])\*/g, '[^/]*')
    return new RegExp(`^${source}(?:/|$)`)
  })
  return (path) => patterns.some((pattern) => pattern.test(path))
}
