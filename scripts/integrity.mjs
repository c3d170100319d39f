/**
 * `npm run integrity`: the hashes of the built scripts, for the `integrity` attribute of a script tag whose `src` names the
 * version. They are also in `integrity.json` of the packages.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'

/**
 * @param {string} folder - where the built scripts are
 * @param {readonly string[]} names
 * @returns {Record<string, string>} [w3c] subresource integrity of each script
 */
export const integrityOf = (folder, names) =>
  Object.fromEntries(
    names.map((name) => {
      const hash = createHash('sha384').update(readFileSync(join(folder, name)))
      return [name, `sha384-${hash.digest('base64')}`]
    }),
  )

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  const file = 'widget/dist/integrity.json'
  if (existsSync(file)) console.table(JSON.parse(readFileSync(file, 'utf8')))
  else {
    console.error('Run npm run build first.')
    process.exitCode = 1
  }
}
