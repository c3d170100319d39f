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
    const margin = contentIndentAt(lines, at) + 4
    const isIndented = indentOf(line) >= margin && lines[at - 1]?.trim() === ''
    if (fence === undefined && !isIndented) {
      if (marked === undefined && line.trim() !== '') mark = ''
      continue
    }
    const first = fence === undefined ? at : at + 1
    const last =
      fence === undefined
        ? endOfIndented(lines, at, margin)
        : lines.indexOf(`${indent ?? ''}${fence}`, first)
    const cut = fence === undefined ? margin : (indent?.length ?? 0)
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

function endOfIndented(lines: readonly string[], from: number, margin: number): number {
  let end = from
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.trim() === '') continue
    if (indentOf(line) < margin) break
    end = at + 1
  }
  return end
}

const indentOf = (line: string): number => (line.trim() === '' ? 0 : line.search(/\S/))

/** How far the text of the list item is indented that a line is in; 0 outside of lists. */
function contentIndentAt(lines: readonly string[], at: number): number {
  for (let before = at - 1; before >= 0; before--) {
    const [, item] = /^( *(?:[-*]|\d+\.) )/.exec(lines[before] ?? '') ?? []
    if (item !== undefined) return item.length
    if (/^\S/.test(lines[before] ?? '')) return 0
  }
  return 0
}

/** The files that a page has the reader write: `<!-- check: file=… -->`. */
export const filesOf = (page: string): ReadonlyMap<string, string> =>
  new Map(
    blocksOf(page).flatMap(({ mark, code }) => {
      const [, name] = /^file=(\S+)$/.exec(mark) ?? []
      return name === undefined ? [] : [[name, `${code}\n`] as const]
    }),
  )
