import { readFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import * as v from 'valibot'
import { settingsSchema } from '../../server/settings/table.ts'

const { entries } = settingsSchema({ allowInsecure: false })

export const settingsPage = 'docs/settings.md'

const notice = '<!-- made by npm run docs:settings from server/settings/table.ts -->'

/** The page of settings with its table generated from the settings. */
export async function renderSettingsPage(): Promise<string> {
  const page = readFileSync(settingsPage, 'utf8').replace(
    /(?<=<!-- settings:begin -->)[^]*(?=<!-- settings:end -->)/,
    () => `\n\n${notice}\n\n${table()}\n\n`,
  )
  return format(page, { ...(await resolveConfig(settingsPage)), filepath: settingsPage })
}

function table(): string {
  const rows = Object.entries(entries).map(([name, entry]) => {
    const { meaning, isSecret } = v.getMetadata(entry).about
    return [`\`${name}\``, `${isSecret ? '**secret**: ' : ''}${meaning}`, defaultOf(entry)]
  })
  return [['variable', 'meaning', 'default'], ['---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function defaultOf(entry: (typeof entries)[keyof typeof entries]): string {
  const { otherwise } = v.getMetadata(entry).about
  if (otherwise !== undefined) return otherwise
  if (entry.type !== 'nullable') return 'required'
  return entry.default === undefined ? 'none' : `\`${entry.default}\``
}

/** The variables whose values are secrets. */
export const secretNames = Object.entries(entries)
  .filter(([, entry]) => v.getMetadata(entry).about.isSecret)
  .map(([name]) => name)
