import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands, isUsageError } from '../../server/cli/commands.ts'
import { help } from '../../server/cli/help.ts'
import { ConfigError } from '../../server/config.ts'
import { securityEvents } from '../../server/core/errors.ts'
import { metricsPage, renderMetricsPage, scrape } from '../support/metrics-table.ts'
import { run } from './run-cli.ts'

const read = (path: string) => readFileSync(path, 'utf8')
const rowsOf = (page: string) =>
  [...page.matchAll(/^\| +\[?`(\w+)`/gm)].map(([, name = '']) => name)

describe('the page of metrics', () => {
  it('the page of metrics has the table that npm run docs:reference makes from the metrics', async () => {
    await expect(await renderMetricsPage()).toMatchFileSnapshot(`../../${metricsPage}`)
  })

  it('explains every security event, and no other', () => {
    const [, events = ''] = read(metricsPage).split('| security event')
    expect(rowsOf(events)).toEqual([...securityEvents])
  })
})

it('the documentation names only metrics that exist', async () => {
  const scraped = await scrape()
  const exists = (name: string) =>
    scraped.includes(`# TYPE ${name.replace(/_(bucket|sum|count)$/, '')} `)
  const pages = [
    'README.md',
    ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
  ].filter(
    (name) => name.endsWith('.md') && !name.includes('node_modules') && !name.includes('.cache'),
  )
  // Headers of Netgíró, an instrument of UCP, Medusa’s name of the provider, and the package for Python.
  const others = /^netgiro_(nonce|signature|appkey|referenceId|phone|netgiro|checkout)$/i
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/\bnetgiro_\w+[a-z]\b/g)].map(([name]) => ({ page, name })),
  )
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(({ name }) => !others.test(name) && !exists(name))).toEqual([])
})

describe('the page of commands', () => {
  const page = read('docs/operations/commands.md')
  const names = Object.keys(commands)

  it('the page of commands has a row and a section for every command in the help, and for nothing else', async () => {
    expect(rowsOf(page.split('## Exit codes')[0] ?? '')).toEqual(names)
    expect([...page.matchAll(/^## (\w+)$/gm)].map(([, name]) => name)).toEqual(names)
    const { text } = await run(help, {})
    expect([...text.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name)).toEqual(names)
  })

  it('names every option that a command takes', () => {
    const sources = readdirSync('server/cli', { encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    )
    const flags = sources.flatMap((name) => {
      const source = read(join('server/cli', name))
      const names = [
        ...source.matchAll(/'?([\w-]+)'?: (?:text|flag|\{ type: '(?:string|boolean)' \})/g),
      ]
      return names.map(([, flag = '']) => flag).filter((flag) => flag !== 'default')
    })
    expect(new Set(flags)).toContain('public-url')
    expect([...new Set(flags)].filter((flag) => !page.includes(`--${flag}`))).toEqual([])
  })

  it.each(names.filter((name) => name !== 'help'))(
    '%s with an unknown option is refused with the usage, and code 2',
    async (name) => {
      const failure = await run(commands[name]!, {}, ['--nonsense']).catch(
        (error: unknown) => error,
      )
      expect(isUsageError(failure)).toBe(true)
    },
  )

  it.each([
    ['resend', 'evt_1'],
    ['reconcile', '--since', '2026-11-20'],
    ['refund', 'chk_1', 'ref_1', '--as', 'failed', '--by', 'Anna', '--note', 'none'],
    ['audit'],
    ['backup', 'copy.db'],
    ['restore', 'copy.db'],
  ])('%s without settings is refused with what is missing, and code 1', async (name, ...args) => {
    await expect(run(commands[name]!, {}, args)).rejects.toThrow(ConfigError)
  })

  it('doctor exits with code 1 when there is anything to fix', async () => {
    expect(await run(commands['doctor']!, {})).toMatchObject({ code: 1 })
  })
})
