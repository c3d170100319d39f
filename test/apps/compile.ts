import { spawnSync } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Sources that use the types of a framework, each with the compiler's options for its JSX. */
export const typed: Readonly<Record<string, readonly string[]>> = {
  'react.tsx': ['--jsx', 'react-jsx'],
  'preact.tsx': ['--jsx', 'react-jsx', '--jsxImportSource', 'preact'],
  'solid.tsx': ['--jsx', 'preserve', '--jsxImportSource', 'solid-js'],
  'others.ts': [],
}

/** Returns the compiler's errors as text. The package is found beside the frameworks, as where a shop installs both. */
export function compile(file: string): string {
  const link = at('node_modules/netgiro-checkout')
  if (!existsSync(link)) symlinkSync(at('../../widget'), link, 'junction')
  const { stdout } = spawnSync(
    process.execPath,
    [
      at('../../node_modules/typescript/bin/tsc'),
      ...['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--preserveSymlinks'],
      ...['--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler'],
      ...['--lib', 'es2022,dom', ...(typed[file] ?? []), at(`types/${file}`)],
    ],
    { encoding: 'utf8' },
  )
  return stdout
}
