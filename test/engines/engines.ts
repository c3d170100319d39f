import puppeteer from 'puppeteer-core'
import { chromeLauncher } from '@web/test-runner'
import type { BrowserLauncher } from '@web/test-runner'
import { aptInstall } from '../support/browser/bring.mjs'
import { answers, isExecutable, onPath } from '../support/browser/installed.mjs'
import { findBrowser } from '../support/browser.mjs'
import { WebKitLauncher } from './webkit-launcher.ts'

export const engineNames = ['chromium', 'firefox', 'webkit'] as const
export type EngineName = (typeof engineNames)[number]

/** An engine that is installed here. */
export interface Engine {
  readonly name: EngineName
  readonly executablePath: string
  /** For the runner of the widget tests. */
  readonly launcher: () => BrowserLauncher
}

/** Why an engine cannot be tested here, in words. */
export class EngineMissing extends Error {}

/** The first that is there, or that can be brought by Debian's packages. */
function find(
  paths: () => readonly string[],
  packages: readonly string[],
  isIt: (path: string) => boolean,
) {
  const look = () => paths().find(isIt)
  return look() ?? (aptInstall(...packages) ? look() : undefined)
}

const firefoxPaths = () =>
  process.env['FIREFOX_PATH']
    ? [process.env['FIREFOX_PATH']]
    : [
        ...onPath(['firefox-esr', 'firefox']),
        '/Applications/Firefox.app/Contents/MacOS/firefox',
        'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
      ]

function firefox(): Engine {
  const executablePath = find(firefoxPaths, ['firefox-esr'], (path) => answers(path))
  if (!executablePath) {
    throw new EngineMissing('Firefox is not installed: install it, or set FIREFOX_PATH.')
  }
  const launchOptions = { browser: 'firefox', executablePath, headless: true } as const
  return {
    ...{ name: 'firefox', executablePath },
    launcher: () => chromeLauncher({ puppeteer, launchOptions, concurrency: 1 }),
  }
}

const architectures = { x64: 'x86_64', arm64: 'aarch64' } as Readonly<Record<string, string>>
const libraries = `/usr/lib/${architectures[process.arch] ?? process.arch}-linux-gnu`
const miniBrowsers = () =>
  ['6.0', '4.1', '4.0'].map((version) => {
    const folder = version === '6.0' ? 'webkitgtk-6.0' : `webkit2gtk-${version}`
    return `${libraries}/${folder}/MiniBrowser`
  })

function webkit(): Engine {
  const hasTools = () =>
    ['WebKitWebDriver', 'Xvfb'].every((name) => onPath([name]).some(isExecutable))
  const executablePath = find(
    miniBrowsers,
    ['webkit2gtk-driver', 'xvfb'],
    (path) => isExecutable(path) && hasTools(),
  )
  if (!executablePath) {
    throw new EngineMissing(
      'WebKitGTK is not installed: it needs Linux, and the packages webkit2gtk-driver and xvfb of Debian or Ubuntu.',
    )
  }
  return {
    ...{ name: 'webkit', executablePath },
    launcher: () => new WebKitLauncher(executablePath),
  }
}

async function chromium(): Promise<Engine> {
  const { executablePath, env, args } = await findBrowser()
  Object.assign(process.env, env)
  const launchOptions = { executablePath, args: [...args] }
  return {
    ...{ name: 'chromium', executablePath },
    launcher: () => chromeLauncher({ puppeteer, launchOptions, concurrency: 1 }),
  }
}

/** @throws EngineMissing where it is neither installed nor can be. */
export const findEngine = (name: EngineName): Engine | Promise<Engine> =>
  ({ chromium, firefox, webkit })[name]()
