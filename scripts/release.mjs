/**
 * Releases a version: `npm run release -- 0.2.0`, or with `--dry-run` to print every step and change nothing.
 *
 * Works on the current directory. Run it in CI: npm attests provenance only there.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const tarballs = 'dist/tarballs'
/** What the elements know their version from. */
const versionModule = 'widget/version.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'dry-run': { type: 'boolean', default: false } },
})
const isDryRun = values['dry-run']

try {
  release(positionals)
} catch (error) {
  console.error(`✘ ${error.message}`)
  process.exitCode = 1
}

function release([version = '', ...rest]) {
  const packages = workspaces()
  check(version, rest, packages)
  for (const [title, run] of steps(version, packages)) {
    console.log(`${isDryRun ? 'would' : '→'} ${title}`)
    if (!isDryRun) run()
  }
  console.log(
    isDryRun
      ? 'Nothing was changed.'
      : `${version} is published. Push it: git push origin HEAD v${version}`,
  )
}

/** Throws an error that says why this version cannot be released from here. */
function check(version, rest, packages) {
  if (rest.length > 0 || !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version))
    throw new Error('Usage: npm run release -- <version> [--dry-run], for example 0.2.0')
  if (git('status', '--porcelain') !== '')
    throw new Error('The working tree has changes: commit or remove them')
  if (git('tag', '--list', `v${version}`) !== '')
    throw new Error(`The tag v${version} already exists`)
  const released = packages.find((folder) => manifestOf(folder).version === version)
  if (released !== undefined) throw new Error(`${manifestOf(released).name} already is ${version}`)
  changelogWith(version)
}

/** What a release does, in order: a title and the work. */
function steps(version, packages) {
  const published = packages.filter((folder) => manifestOf(folder).private !== true)
  const distTag = version.includes('-') ? 'next' : 'latest'
  const tarballOf = (folder) => {
    const name = manifestOf(folder).name.replace('@', '').replace('/', '-')
    return `${tarballs}/${name}-${version}.tgz`
  }
  return [
    ['run npm test', () => npm('test')],
    ...packages.map((folder) => [
      `set the version in ${join(folder, 'package.json')} to ${version}`,
      () => setVersion(folder, version, packages),
    ]),
    [`set the version in ${versionModule} to ${version}`, () => setVersionModule(version)],
    [
      `set the versions in package-lock.json to ${version}`,
      () => setLockedVersions(version, packages),
    ],
    [
      `date the unreleased changes in CHANGELOG.md as ${version}`,
      () => writeFileSync('CHANGELOG.md', changelogWith(version)),
    ],
    [
      `commit "release: ${version}"`,
      () => git('commit', '--all', '--message', `release: ${version}`),
    ],
    [`tag v${version}`, () => git('tag', '--annotate', `v${version}`, '--message', version)],
    // Builds too: that is what `prepack` is for.
    ...published.map((folder) => [
      `pack ${tarballOf(folder)}`,
      () => {
        mkdirSync(tarballs, { recursive: true })
        npm('pack', `./${folder}`, '--pack-destination', tarballs)
      },
    ]),
    ...published.map((folder) => [
      `publish ${tarballOf(folder)} as ${distTag}, with provenance`,
      () => {
        const options = ['--provenance', '--access', 'public', '--tag', distTag]
        npm('publish', `./${tarballOf(folder)}`, ...options)
      },
    ]),
  ]
}

/** The folders that have a package, the root (`.`) first. */
function workspaces() {
  const { workspaces: named = [] } = manifestOf('.')
  return ['.', ...named.filter((folder) => existsSync(join(folder, 'package.json')))]
}

function manifestOf(folder) {
  return readJson(join(folder, 'package.json'))
}

/** Packages of this repository that depend on each other get the new version too. */
function setVersion(folder, version, packages) {
  const manifest = { ...manifestOf(folder), version }
  updateOwn(manifest, version, packages)
  writeJson(join(folder, 'package.json'), manifest)
}

function setVersionModule(version) {
  const text = readFileSync(versionModule, 'utf8')
  writeFileSync(versionModule, text.replace(/(?<=version = ')[^']+/, version))
}

function setLockedVersions(version, packages) {
  const lock = { ...readJson('package-lock.json'), version }
  for (const folder of packages) {
    const locked = lock.packages[folder === '.' ? '' : folder]
    locked.version = version
    updateOwn(locked, version, packages)
  }
  writeJson('package-lock.json', lock)
}

function updateOwn({ dependencies = {}, devDependencies = {} }, version, packages) {
  for (const name of packages.map((folder) => manifestOf(folder).name))
    for (const needed of [dependencies, devDependencies])
      if (/^\d/.test(needed[name] ?? '')) needed[name] = version
}

/** The changelog with what is unreleased under the version, and a new, empty section above it. */
function changelogWith(version) {
  const changelog = readFileSync('CHANGELOG.md', 'utf8')
  const [before, after] = changelog.split(/^## Unreleased\n+/m)
  if (after === undefined || /^(##? |$)/.test(after))
    throw new Error('CHANGELOG.md has no changes under "## Unreleased"')
  const day = new Date().toISOString().slice(0, 10)
  return `${before}## Unreleased\n\n## ${version} - ${day}\n\n${after}`
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}

function git(...args) {
  const { status, stdout, stderr } = spawnSync('git', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr.trim()}`)
  return stdout.trim()
}

/** npm names its own script to what it runs, which needs no shell; without npm there is the command. */
function npm(...args) {
  const script = process.env.npm_execpath
  const [command, all] = script ? [process.execPath, [script, ...args]] : ['npm', args]
  const { status } = spawnSync(command, all, { stdio: 'inherit' })
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed`)
}
