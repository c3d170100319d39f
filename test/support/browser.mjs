/**
 * Finds a Chromium for the tests, or installs one. Browser tests are never skipped: if no browser can be found or installed,
 * this throws an error that names the three ways to provide one.
 *
 * @typedef {import('./browser.d.mts').Browser} Browser
 */
import { aptInstall, unpackFromNpm } from './browser/bring.mjs'
import { answers, cached, installed, isExecutable } from './browser/installed.mjs'

const variables = ['CHROME_PATH', 'CHROME_BIN', 'PUPPETEER_EXECUTABLE_PATH']

/** Chromium's sandbox refuses to run as root, and a container's /dev/shm is too small for a page. */
const args = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser that was named must work; falling through to another one would test the wrong thing. */
function named() {
  const variable = variables.find((name) => process.env[name])
  if (!variable) return null
  const executablePath = process.env[variable] ?? ''
  if (isExecutable(executablePath)) return { executablePath, env: {} }
  throw new Error(`${variable} is set to ${executablePath}, which is not an executable file.`)
}

/** Each candidate must answer `--version`: a missing library or a snap stub is no browser. */
const firstThatAnswers = (paths) => {
  const executablePath = paths.find((path) => answers(path))
  return executablePath ? { executablePath, env: {} } : null
}

/** @returns {Promise<Browser>} */
export async function findBrowser() {
  const found =
    named() ??
    firstThatAnswers(installed()) ??
    firstThatAnswers(cached()) ??
    (await unpackFromNpm()) ??
    (aptInstall('chromium') ? firstThatAnswers(installed()) : null)
  if (found) return { ...found, args }
  throw new Error(
    [
      'The browser tests need Chrome, Chromium or Edge, and none was found. Any one of these helps:',
      '  1. install Google Chrome or Chromium',
      '  2. npx @puppeteer/browsers install chrome-headless-shell@stable --path ~/.cache/puppeteer',
      '  3. set CHROME_PATH to the executable of a Chromium that you have',
    ].join('\n'),
  )
}
