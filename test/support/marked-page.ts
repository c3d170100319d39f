import { readFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'

/**
 * A page of the documentation with what is between its marks replaced: `<!-- name:begin -->` and `<!-- name:end -->`.
 *
 * @param parts - what belongs there, by name
 */
export async function withParts(
  path: string,
  parts: Readonly<Record<string, string>>,
): Promise<string> {
  const page = readFileSync(path, 'utf8').replace(
    /(<!-- (\w+):begin -->)[^]*?(<!-- \2:end -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n\n${parts[name] ?? ''}\n\n${end}`,
  )
  return format(page, { ...(await resolveConfig(path)), filepath: path })
}

/** A table in Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
