import { readFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import { objectsText } from './objects.ts'
import { operationsText } from './operations.ts'

export const httpPage = 'docs/http.md'

/** The page with what is made from the OpenAPI document between its marks. */
export async function renderHttpPage(): Promise<string> {
  const parts: Readonly<Record<string, () => string>> = {
    operations: operationsText,
    objects: objectsText,
  }
  const page = readFileSync(httpPage, 'utf8').replace(
    /(<!-- (\w+):begin -->)[^]*?(<!-- \2:end -->)/g,
    (_, begin: string, name: string, end: string) =>
      `${begin}\n\n${parts[name]?.() ?? ''}\n\n${end}`,
  )
  return format(page, { ...(await resolveConfig(httpPage)), filepath: httpPage })
}
