import { readFileSync } from 'node:fs'

/** Of the package that this command is from. */
export function packageVersion(): string {
  const isSource = import.meta.url.endsWith('.ts')
  const manifest = new URL(isSource ? '../package.json' : '../../package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }
  return version
}
