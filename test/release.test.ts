import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const copied = ['package.json', 'package-lock.json', 'CHANGELOG.md', '.gitignore']
const workspaces = [
  'widget/package.json',
  'server/package.json',
  'integrations/client/package.json',
  'integrations/medusa/package.json',
]
const versionModule = 'widget/version.ts'

let clone: string

/** What a program prints in the clone, and how it ends. */
function run(program: string, args: readonly string[]) {
  const env = {
    // Git tells its hooks by variables which repository is meant: here it is another one.
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^GIT_/.test(name))),
    GIT_CONFIG_GLOBAL: join(clone, '.git', 'config'),
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
    // Stands in for npm: notes how it is called.
    npm_execpath: join(clone, '.git', 'npm.mjs'),
  }
  return spawnSync(program, args, { cwd: clone, env, encoding: 'utf8' })
}

const git = (...args: string[]) => {
  const { status, stdout, stderr } = run('git', args)
  expect(status, stderr).toBe(0)
  return stdout.trim()
}
const release = (...args: string[]) =>
  run(process.execPath, [join(root, 'scripts/release.mjs'), ...args])
const read = (path: string) => readFileSync(join(clone, path), 'utf8')
const versionIn = (path: string) => (JSON.parse(read(path)) as { version: string }).version

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'release-'))
  for (const path of [...copied, ...workspaces, versionModule]) {
    if (!existsSync(join(root, path))) continue
    mkdirSync(dirname(join(clone, path)), { recursive: true })
    cpSync(join(root, path), join(clone, path))
  }
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '--message', 'all')
  writeFileSync(
    join(clone, '.git', 'npm.mjs'),
    `import { appendFileSync } from 'node:fs'
     appendFileSync('.git/npm.log', process.argv.slice(2).join(' ') + '\\n')`,
  )
})

afterEach(() => {
  rmSync(clone, { recursive: true, force: true })
})

it('a dry run of a release prints every step and changes nothing', () => {
  const commit = git('rev-parse', 'HEAD')
  const { status, stdout, stderr } = release('99.0.0', '--dry-run')
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout).toContain('would run npm test')
  expect(stdout).toContain('would set the version in package.json to 99.0.0')
  expect(stdout).toContain('would date the unreleased changes in CHANGELOG.md as 99.0.0')
  expect(stdout).toContain('would tag v99.0.0')
  expect(stdout).toMatch(
    /would publish dist\/tarballs\/netgiro-checkout-99\.0\.0\.tgz as latest, with provenance/,
  )
  expect(stdout).toContain('Nothing was changed.')
  expect(git('status', '--porcelain')).toBe('')
  expect(git('rev-parse', 'HEAD')).toBe(commit)
  expect(git('tag')).toBe('')
  expect(existsSync(join(clone, '.git/npm.log'))).toBe(false)
})

it('a release sets every version, dates the changelog, commits, tags, packs and publishes', () => {
  const { status, stderr } = release('99.0.0-rc.1')
  expect(stderr).toBe('')
  expect(status).toBe(0)
  const manifests = ['package.json', ...workspaces].filter((path) => existsSync(join(clone, path)))
  for (const path of [...manifests, 'package-lock.json'])
    expect(versionIn(path), path).toBe('99.0.0-rc.1')
  expect(read('CHANGELOG.md')).toMatch(
    /^## Unreleased\n\n## 99\.0\.0-rc\.1 - \d{4}-\d\d-\d\d\n\n### /m,
  )
  expect(git('status', '--porcelain')).toBe('')
  expect(git('log', '-1', '--format=%s')).toBe('release: 99.0.0-rc.1')
  expect(git('rev-list', '-1', 'v99.0.0-rc.1')).toBe(git('rev-parse', 'HEAD'))
  const calls = read('.git/npm.log').trim().split('\n')
  expect(calls[0]).toBe('test')
  expect(calls[1]).toMatch(/^pack .+ --pack-destination dist\/tarballs$/)
  expect(calls.at(-1)).toMatch(
    /^publish \.\/dist\/tarballs\/\S+\.tgz --provenance --access public --tag next$/,
  )
})

it.each([
  ['the tree has changes', ['99.0.0'], () => writeFileSync(join(clone, 'new'), ''), /tree has/],
  ['the tag exists', ['99.0.0'], () => git('tag', 'v99.0.0'), /already exists/],
  ['the version is malformed', ['99'], () => undefined, /Usage/],
])('a release is refused when %s', (_, args, prepare, message) => {
  prepare()
  const { status, stderr } = release(...args, '--dry-run')
  expect(stderr).toMatch(message)
  expect(status).toBe(1)
})

it('a release is refused when the changelog has nothing under Unreleased', () => {
  writeFileSync(join(clone, 'CHANGELOG.md'), '# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- All\n')
  git('commit', '--quiet', '--all', '--message', 'released')
  const { status, stderr } = release('99.0.0', '--dry-run')
  expect(stderr).toMatch(/no changes under/)
  expect(status).toBe(1)
})
