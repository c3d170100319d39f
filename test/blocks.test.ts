import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { transform } from 'esbuild'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { ConfigError, readConfig } from '../server/config.ts'
import { blocksOf } from './support/blocks.ts'
import type { Block } from './support/blocks.ts'
import { merchantKey } from './support/test-server.ts'

const root = join(import.meta.dirname, '..')
const skipped = new Set(['node_modules', 'dist', '.git', '.cache', 'data'])

function pagesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : pagesBelow(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

const blocks = pagesBelow('.').flatMap(blocksOf)
const placeOf = ({ page, line }: Block) => `${page}:${line}`
const inLanguage = (...languages: readonly string[]) =>
  blocks.filter(({ language }) => languages.includes(language))

const isSettings = ({ code }: Block) => /^[A-Z][A-Z0-9_]*=/.test(code)
const isDrawing = ({ code }: Block) => /[─═│▶]/.test(code)
const isRequest = ({ code }: Block) => /^(GET|POST|DELETE) \//.test(code)
const shell = inLanguage('sh', 'bash', '').filter(
  (block) => !isSettings(block) && !isDrawing(block) && !isRequest(block),
)

/** What is found is right if it is in TypeScript; the rest of a program around a block is not there. */
const findings = new Set([
  ...[2305, 2614, 2724], // no such export
  ...[2339, 2551, 2353, 2561], // no such property
  ...[2554, 2555], // another number of arguments
])

/** The blocks as modules of this repository, in which the packages are their sources. */
function problemsOfScripts(scripts: readonly { readonly name: string; readonly code: string }[]) {
  const source = (path: string) => [join(root, path)]
  const options: ts.CompilerOptions = {
    ...{ noEmit: true, strict: false, skipLibCheck: true },
    ...{ target: ts.ScriptTarget.ES2022, jsx: ts.JsxEmit.ReactJSX, types: ['node'] },
    ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
    ...{
      allowImportingTsExtensions: true,
      lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    },
    paths: {
      'netgiro-checkout': source('widget/index.ts'),
      'netgiro-checkout/react': source('widget/react.ts'),
      'netgiro-checkout/define': source('widget/define.ts'),
      'netgiro-checkout-client': source('integrations/client/index.ts'),
      'netgiro-checkout-client/testing': source('integrations/client/testing/index.ts'),
      'netgiro-checkout-server': source('server/index.ts'),
    },
  }
  const texts = new Map(scripts.map(({ name, code }) => [join(root, name), `${code}\nexport {}\n`]))
  const onDisk = ts.createCompilerHost(options)
  const host: ts.CompilerHost = {
    ...onDisk,
    readFile: (path) => texts.get(path) ?? onDisk.readFile(path),
    fileExists: (path) => texts.has(path) || onDisk.fileExists(path),
    getSourceFile: (path, ...rest) => {
      const text = texts.get(path)
      return text === undefined
        ? onDisk.getSourceFile(path, ...rest)
        : ts.createSourceFile(path, text, ts.ScriptTarget.ES2022)
    },
  }
  const tags = ['define', 'pos/define', 'avarda/define'].map((name) =>
    join(root, `widget/${name}.ts`),
  )
  const program = ts.createProgram([...tags, ...texts.keys()], options, host)
  return [...texts.keys()].flatMap((path) => {
    const file = program.getSourceFile(path)
    return (
      [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file).filter(({ code }) => findings.has(code)),
      ]
        .map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
        // JavaScript cannot say that a server listens on a port and not on a socket of Unix.
        .filter((problem) => !problem.includes('AddressInfo'))
    )
  })
}

const elements = JSON.parse(readFileSync(join(root, 'widget/custom-elements.json'), 'utf8')) as {
  readonly modules: readonly {
    readonly declarations?: readonly {
      readonly tagName?: string
      readonly attributes?: readonly { readonly name: string }[]
      readonly slots?: readonly { readonly name: string }[]
      readonly cssParts?: readonly { readonly name: string }[]
      readonly cssProperties?: readonly { readonly name: string }[]
    }[]
  }[]
}
const declarations = elements.modules.flatMap((module) => module.declarations ?? [])
const attributesOf = new Map(
  declarations.map(({ tagName = '', attributes = [] }) => [
    tagName,
    attributes.map(({ name }) => name),
  ]),
)
/** What any of the elements has of a kind. */
const namesOf = (kind: 'slots' | 'cssParts' | 'cssProperties') =>
  new Set(declarations.flatMap((one) => (one[kind] ?? []).map(({ name }) => name)))
/** Every element of a page may have these. */
const common = new Set(['id', 'class', 'lang', 'style', 'slot', 'hidden'])

const settingsPage = readFileSync(join(root, 'docs/settings.md'), 'utf8')
/** The page lists every setting, which is tested elsewhere. */
const isNamed = (name: string) => settingsPage.includes(`\`${name}\``)

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('blocks of code in the documentation', () => {
  it('blocks of code are in a language that is checked here, or elsewhere', () => {
    const checked = ['', 'sh', 'bash', 'js', 'jsx', 'ts', 'tsx', 'html', 'json', 'yaml', 'css']
    // `text` is what a program prints; `http` is made from the OpenAPI document; `astro` and `vue` run in the apps, `ini` is PgBouncer's.
    const elsewhere = ['python', 'php', 'sql', 'ini', 'text', 'http', 'astro', 'vue']
    const languages = new Set(blocks.map(({ language }) => language))
    expect([...languages].filter((one) => ![...checked, ...elsewhere].includes(one))).toEqual([])
    expect(blocks.length).toBeGreaterThan(70)
  })

  it('shell commands in the documentation can be parsed by a shell, where a block holds nothing else', () => {
    const wrong = shell.flatMap((block) => {
      const code = block.code.replace(/<[\w-]+>/g, 'placeholder')
      const { status, stderr } = spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' })
      return status === 0 ? [] : [`${placeOf(block)}: ${stderr}`]
    })
    expect(wrong).toEqual([])
  })

  it('shell commands in the documentation begin with a program, so that none is prose or another language', () => {
    const programs =
      /^\s*(!? ?(npx|npm|node|netgiro-checkout|docker|kubectl|cp|cd|mkdir|install|systemctl|systemd-run|psql|phpunit|curl|pip|composer|pg_\w+|export|sh|[A-Z_]+=)\b|#|-|$)/
    const wrong = shell.flatMap((block) =>
      block.code
        .replace(/\\\n/g, ' ')
        .split('\n')
        .filter((line) => !programs.test(line))
        .map((line) => `${placeOf(block)}: ${line}`),
    )
    expect(wrong).toEqual([])
  })

  it('blocks of code call only commands of netgiro-checkout that exist', () => {
    const help = readFileSync(join(root, 'server/cli/help.ts'), 'utf8')
    const known = new Set([...help.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name))
    const called = shell.flatMap((block) =>
      [...block.code.matchAll(/(?:^|npx )netgiro-checkout(?:-server)? (\w[\w-]*)/gm)].map(
        ([, name]) => ({ name, place: placeOf(block) }),
      ),
    )
    expect(called.length).toBeGreaterThan(10)
    expect(called.filter(({ name }) => !known.has(name))).toEqual([])
  })

  it('scripts in the documentation use our packages as they are', () => {
    // As TypeScript, because a script may add any field to an object, however wrong its name.
    const scripts = inLanguage('js', 'jsx', 'ts', 'tsx').map(({ page, line, language, code }) => ({
      name: `${page}.${line}.${language.replace('js', 'ts')}`,
      code,
    }))
    const inPages = inLanguage('html').flatMap(({ page, line, code }) =>
      [...code.matchAll(/<script type="module">([^]*?)<\/script>/g)].map(
        ([, text = ''], index) => ({
          name: `${page}.${line}.${index}.ts`,
          code: text,
        }),
      ),
    )
    expect(scripts.length + inPages.length).toBeGreaterThan(15)
    expect(problemsOfScripts([...scripts, ...inPages])).toEqual([])
  })

  it('blocks of code write only tags and attributes of elements that exist', () => {
    const used = [...inLanguage('html', 'jsx', 'js')].flatMap((block) =>
      [...block.code.matchAll(/<((?:netgiro|avarda)-[\w-]+)((?:\s+[\w-]+="[^"]*")*)\s*>/g)].map(
        ([, tag = '', attributes = '']) => ({
          place: placeOf(block),
          tag,
          attributes: [...attributes.matchAll(/([\w-]+)=/g)].map(([, name = '']) => name),
        }),
      ),
    )
    expect(used.length).toBeGreaterThan(4)
    const wrong = used.filter(({ tag, attributes }) => {
      const known = attributesOf.get(tag)
      return !known || attributes.some((name) => !known.includes(name) && !common.has(name))
    })
    expect(wrong).toEqual([])
  })

  it('style sheets in the documentation can be parsed', async () => {
    const sheets = inLanguage('css')
    expect(sheets.length).toBeGreaterThan(5)
    for (const block of sheets) {
      const { warnings } = await transform(block.code, { loader: 'css', logLevel: 'silent' })
      expect(
        warnings.map(({ text }) => text),
        placeOf(block),
      ).toEqual([])
    }
  })

  it('blocks of code use only slots, parts and custom properties that exist', () => {
    const uses = [
      ['slots', inLanguage('html', 'jsx'), / slot="([\w-]+)"/g],
      ['cssParts', inLanguage('css'), /::part\(([\w-]+)\)/g],
      ['cssProperties', inLanguage('css', 'html'), /(--netgiro-[\w-]+)/g],
    ] as const
    for (const [kind, found, pattern] of uses) {
      const used = found.flatMap((block) =>
        [...block.code.matchAll(pattern)].map(([, name = '']) => ({ place: placeOf(block), name })),
      )
      expect(used.length, kind).toBeGreaterThan(2)
      expect(used.filter(({ name }) => !namesOf(kind).has(name))).toEqual([])
    }
  })

  it('JSON and YAML in the documentation can be parsed', () => {
    for (const block of inLanguage('json'))
      expect(
        () => JSON.parse(block.code.replace(/…/g, '')) as unknown,
        placeOf(block),
      ).not.toThrow()
    for (const block of inLanguage('yaml'))
      expect(() => parseYaml(block.code) as unknown, placeOf(block)).not.toThrow()
  })

  it('settings in the documentation are accepted by the server, each by its name', () => {
    const environments = blocks.filter(isSettings)
    expect(environments.length).toBeGreaterThan(1)
    const lines = environments.map(({ code }) => [...code.matchAll(/^([A-Z0-9_]+)=(\S*)/gm)])
    const [complete = []] = lines.toSorted((one, other) => other.length - one.length)
    const envOf = (settings: typeof complete) =>
      Object.fromEntries(
        settings.map(([, name = '', value = '']) => [
          name,
          /^(\.\.\.|…)$/.test(value) ? merchantKey : value,
        ]),
      )
    for (const [index, settings] of lines.entries()) {
      const place = environments[index] ? placeOf(environments[index]) : ''
      const env = { ...envOf(complete), ...envOf(settings) }
      expect(problemsOf(env), place).toEqual([])
      expect(
        Object.keys(env).filter((name) => !isNamed(name)),
        place,
      ).toEqual([])
    }
  })

  it('PHP and Python in the documentation can be parsed, where the language is there', () => {
    const parsers = [
      { language: 'php', command: 'php', args: ['-l'], before: '<?php\n' },
      {
        language: 'python',
        command: 'python3',
        args: ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'],
        before: '',
      },
    ]
    for (const { language, command, args, before } of parsers) {
      if (spawnSync(command, ['--version']).status !== 0) {
        console.warn(`${command} is not installed: its blocks are not checked.`)
        continue
      }
      for (const block of inLanguage(language))
        expect(
          () => execFileSync(command, args, { input: before + block.code, stdio: 'pipe' }),
          placeOf(block),
        ).not.toThrow()
    }
  })
})
