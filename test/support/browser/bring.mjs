/** The two ways to install a browser on a machine that has none. Both report on stderr what they do. */
import { spawnSync } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'
import { answers } from './installed.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const packageFolder = join(here, 'node_modules', '@sparticuz', 'chromium')
const cacheFolder = join(here, '..', '..', '..', 'node_modules', '.cache', 'netgiro-checkout')

const say = (text) => void process.stderr.write(`[browser] ${text}\n`)

const version = () =>
  JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).dependencies['@sparticuz/chromium']

/** The package carries one executable: x64, linked against glibc. */
const canRunIt = () =>
  process.platform === 'linux' &&
  process.arch === 'x64' &&
  Boolean(process.report.getReport().header?.glibcVersionRuntime)

/** Everything goes to stderr, so that stdout has only the tests' output. */
const run = (command, args, env = {}) =>
  spawnSync(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', process.stderr.fd, process.stderr.fd],
  }).status === 0

/** npm passes its own path to its children, which works on machines where `npm` is not on the PATH. */
const npm = (...args) =>
  process.env.npm_execpath?.endsWith('.js')
    ? run(process.execPath, [process.env.npm_execpath, ...args])
    : run('npm', args)

function hasPackage() {
  const manifest = join(packageFolder, 'package.json')
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version()
}

const unpack = (name, target) =>
  pipeline(createReadStream(join(packageFolder, 'bin', name)), createBrotliDecompress(), target)

/** Into a folder of its own first: two runs at once, or an interrupted one, must not leave half a browser. */
async function unpackInto(folder) {
  const tar = createRequire(join(packageFolder, 'package.json'))('tar-fs')
  await mkdir(cacheFolder, { recursive: true })
  const draft = await mkdtemp(join(cacheFolder, 'unpacking-'))
  await unpack('chromium.br', createWriteStream(join(draft, 'chromium'), { mode: 0o755 }))
  await unpack('al2023.tar.br', tar.extract(join(draft, 'al2023')))
  await rename(draft, folder).catch(() => rm(draft, { recursive: true }))
}

/**
 * Chromium out of an npm package, for Linux machines without a browser and without root. Only its files are used: the
 * package's own launch flags switch web security off, which would hide faults that the tests look for.
 */
export async function unpackFromNpm() {
  if (!canRunIt()) return null
  const folder = join(cacheFolder, `chromium-${version()}`)
  const executablePath = join(folder, 'chromium')
  if (!existsSync(executablePath)) {
    if (!hasPackage()) {
      say(`no browser found; fetching Chromium ${version()} from the npm registry (67 MB, once)`)
      const options = ['--ignore-scripts', '--no-audit', '--no-fund']
      if (!npm('ci', '--prefix', here, ...options)) return null
    }
    say(`unpacking Chromium ${version()} (190 MB) into ${folder}`)
    await unpackInto(folder)
  }
  // Bundled because a minimal machine lacks libnss3 and related libraries.
  const libraries = [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH]
  const env = { LD_LIBRARY_PATH: libraries.filter(Boolean).join(':') }
  if (answers(executablePath, env)) return { executablePath, env }
  say('the unpacked Chromium does not run on this machine')
  return null
}

/** Root on Debian or Ubuntu, typically a container. `NETGIRO_NO_APT=1` forbids it. */
export function aptInstall(...packages) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  if (process.env.NETGIRO_NO_APT || !existsSync('/usr/bin/apt-get')) return false
  say(`installing Debian’s ${packages.join(' and ')} with apt-get`)
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
  return (
    run('apt-get', ['update', '-q'], quiet) &&
    run('apt-get', ['install', '-qy', '--no-install-recommends', ...packages], quiet)
  )
}
