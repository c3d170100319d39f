import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** A block of code of a page, and the mark before it: `<!-- check: … -->`, which no reader sees. */
export interface Block {
  readonly page: string
  readonly line: number
  /** Empty for a block that is only indented. */
  readonly language: string
  readonly mark: string
  readonly code: string
}

/** Every block of a page, in order. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  const lines = readFileSync(join(root, page), 'utf8').split('\n')
  let mark = ''
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const [, marked] = /^\s*<!-- check: (.+) -->$/.exec(line) ?? []
    if (marked !== undefined) mark = marked
    const [, indent, fence, language] = /^( *)(`{3,})([^`]*)$/.exec(line) ?? []
    const isIndented = /^ {4}/.test(line) && lines[at - 1]?.trim() === '' && !isInList(lines, at)
    if (fence === undefined && !isIndented) {
      if (marked === undefined && line.trim() !== '') mark = ''
      continue
    }
    const first = fence === undefined ? at : at + 1
    const last =
      fence === undefined
        ? endOfIndented(lines, at)
        : lines.indexOf(`${indent ?? ''}${fence}`, first)
    const cut = fence === undefined ? 4 : (indent?.length ?? 0)
    const code = lines.slice(first, last).map((one) => one.slice(cut))
    blocks.push({
      page,
      line: first + 1,
      language: language?.trim() ?? '',
      mark,
      code: code.join('\n'),
    })
    mark = ''
    at = fence === undefined ? last - 1 : last
  }
  return blocks
}

function endOfIndented(lines: readonly string[], from: number): number {
  let end = from
  for (let at = from; /^ {4}/.test(lines[at] ?? '') || lines[at]?.trim() === ''; at++) {
    if (at >= lines.length) break
    if (lines[at]?.trim() !== '') end = at + 1
  }
  return end
}

/** Within a list, four spaces may be a paragraph of an item. */
function isInList(lines: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= 0; before--) {
    const line = lines[before] ?? ''
    if (/^( {0,3})([-*]|\d+\.) /.test(line)) return true
    if (/^\S/.test(line)) return false
  }
  return false
}

/** The files that a page has the reader write: `<!-- check: file=… -->`. */
export const filesOf = (page: string): ReadonlyMap<string, string> =>
  new Map(
    blocksOf(page).flatMap(({ mark, code }) => {
      const [, name] = /^file=(\S+)$/.exec(mark) ?? []
      return name === undefined ? [] : [[name, `${code}\n`] as const]
    }),
  )
