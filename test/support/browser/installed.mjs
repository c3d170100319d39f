/** The usual paths of installed browsers. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const { env, platform } = process

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** On Windows `chrome.exe --version` opens a window and prints nothing, so the file only has to exist. */
export function answers(path, extraEnv = {}) {
  if (!isExecutable(path)) return false
  if (platform === 'win32') return true
  const { status, stdout } = spawnSync(path, ['--version'], {
    encoding: 'utf8',
    env: { ...env, ...extraEnv },
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return status === 0 && /\d+\.\d+/.test(stdout)
}

const commands = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'chrome-headless-shell',
  'microsoft-edge-stable',
  'microsoft-edge',
]
const macApps = ['Google Chrome', 'Chromium', 'Microsoft Edge']
const windowsApps = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
]

const product = (folders, names) =>
  folders.flatMap((folder) => names.map((name) => join(folder, name)))
const present = (folders) => folders.filter((folder) => folder !== undefined && folder !== '')

/** Where these commands may be. */
export const onPath = (names) => product(present((env.PATH ?? '').split(delimiter)), names)

/** Every place where an installed Chrome, Chromium or Edge may be, likeliest first. */
export function installed() {
  if (platform === 'win32') {
    return product(
      present([env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]),
      windowsApps,
    )
  }
  const named = onPath(commands)
  if (platform !== 'darwin') return named
  const apps = macApps.map((name) => `${name}.app/Contents/MacOS/${name}`)
  return [...product(['/Applications', join(homedir(), 'Applications')], apps), ...named]
}

const cacheFolders = () =>
  present([
    env.PUPPETEER_CACHE_DIR ?? join(homedir(), '.cache', 'puppeteer'),
    env.PLAYWRIGHT_BROWSERS_PATH,
    join(homedir(), '.cache', 'ms-playwright'),
    join(homedir(), 'Library', 'Caches', 'ms-playwright'),
    env.LOCALAPPDATA && join(env.LOCALAPPDATA, 'ms-playwright'),
  ])
const executables = new Set([
  'chrome',
  'chrome.exe',
  'chrome-headless-shell',
  'chrome-headless-shell.exe',
  'headless_shell',
  'headless_shell.exe',
  'Chromium',
  'Google Chrome for Testing',
])

/** Playwright and Puppeteer nest theirs differently; on a Mac the executable is seven folders down. */
function* search(folder, depth = 7) {
  let entries
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return
  }
  // Newest version first, as far as names show it.
  for (const entry of entries.sort((a, b) =>
    b.name.localeCompare(a.name, 'en', { numeric: true }),
  )) {
    const path = join(folder, entry.name)
    if (entry.isFile() && executables.has(entry.name)) yield path
    else if (entry.isDirectory() && depth > 1) yield* search(path, depth - 1)
  }
}

/** What Puppeteer or Playwright downloaded earlier. */
export const cached = () => cacheFolders().flatMap((folder) => [...search(folder)])
