#!/usr/bin/env node
// `npx netgiro-checkout` installs the package of that name, which is this one; the command is in the server's package.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const server = 'netgiro-checkout-server'
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const args = process.argv.slice(2)

/** The server's package where the command was called, or beside this package. */
function installed() {
  for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      return createRequire(from).resolve(`${server}/package.json`)
    } catch {
      // Not there.
    }
  }
  return undefined
}

/** Has npm install the server's package of the same version for this call, and asks as npx does. */
function runByNpm(npm) {
  const exec = ['exec', `--package=${server}@${version}`, '--', 'netgiro-checkout', ...args]
  const child = spawn(process.execPath, [npm, ...exec], { stdio: 'inherit' })
  // Ctrl-C reaches both. This process ends when the command has closed everything.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.once('close', (status) => (process.exitCode = status ?? 1))
}

const manifest = installed()
const npm = process.env.npm_execpath ?? ''
if (manifest) {
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'))
  await import(pathToFileURL(join(dirname(manifest), bin['netgiro-checkout'])).href)
} else if (/^np[mx]-cli\.[cm]?js$/.test(basename(npm))) {
  runByNpm(join(dirname(npm), 'npm-cli.js'))
} else {
  console.error(
    `The command is in the package ${server}. Install it, or run\n\n  npx ${[server, ...args].join(' ')}`,
  )
  process.exitCode = 1
}
