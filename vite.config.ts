import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { minify as minifyTemplates } from 'esbuild-minify-templates'
import { minify } from 'terser'
import { defineConfig, type Plugin, type UserConfig } from 'vite'

const inWidget = (path: string): string => fileURLToPath(new URL(`widget/${path}`, import.meta.url))

/** Lit's entries in the global object, which is one of our own here that nothing else sees. White space keeps the source map valid. */
const litsEntries = /\w+\?\.\(\w+,\w+\),\(\w+\.litHtmlVersions\?\?=\[\]\)\.push\("[\d.]+"\);/

/** Lit with a document and a global object that the page's markup cannot break. */
export function guardedLit(code: string): string {
  if (!litsEntries.test(code))
    throw new Error(
      'lit-html has changed where it enters its version: see what litsEntries takes out of it',
    )
  const globals = JSON.stringify(inWidget('lit-globals.ts'))
  // On the first line, which is a comment, so the source map stays valid.
  const shorter = code.replace(litsEntries, (entries) => ' '.repeat(entries.length))
  return `import { document, globalThis } from ${globals};${shorter}`
}

const guardLit: Plugin = {
  name: 'guard-lit',
  transform(code, id) {
    if (!id.endsWith('/lit-html/lit-html.js')) return null
    return { code: guardedLit(code), map: null }
  },
}

/**
 * [html] A value without white space needs no quotes, and a tag none before its end. Of the same length, in white space that is
 * removed then, so the source map stays valid.
 */
const withoutQuotes = (code: string): string =>
  code
    .replace(/ ([\w-]+)="([\w-]+)"(?=[\s>])/g, '   $1=$2')
    .replace(/(=\$\{[^{}]*\})(\s+)>/g, '$1>$2')

/** Removes the white space between the elements of our templates; our layout is grid and flex, which ignore it. */
const minifyMarkup: Plugin = {
  name: 'minify-markup',
  transform(code, id) {
    if (!id.startsWith(inWidget('')) || !code.includes('html`')) return null
    const minified = minifyTemplates(withoutQuotes(code), { taggedOnly: true })
    return { code: minified.toString(), map: minified.generateMap({ hires: true }) }
  },
}

const { version } = JSON.parse(readFileSync(inWidget('package.json'), 'utf8')) as {
  version: string
}

/**
 * [v8] explicit compile hints: at the top of a file, asks for all functions to be compiled while the file is loaded, beside the
 * page's own work, and not one by one when they are called. Most are called before the form can be seen.
 */
const compileHint = '//# allFunctionsCalledOnLoad'

/** At the top of each file that a browser loads. [bsd-3-clause] binary forms must reproduce the copyright notice. */
const notice = (modules: readonly string[]): string => {
  const lit = modules.some((id) => id.includes('/lit-html/'))
    ? '; Lit: Copyright 2017 Google LLC, BSD-3-Clause'
    : ''
  const hasQr = modules.some((id) => id.includes('/lean-qr/'))
  const qr = hasQr ? '; lean-qr: Copyright 2021-2025 David Evans, MIT' : ''
  return `/*! netgiro-checkout ${version}, MIT${lit}${qr} */\n${compileHint}\n`
}

/** In a source map, a semicolon ends a line. */
const belowNotice = (map: string): string => {
  const parsed = JSON.parse(map) as { mappings: string }
  return JSON.stringify({ ...parsed, mappings: `;;${parsed.mappings}` })
}

/** Terser makes smaller code than Vite's own minifier. */
const minifyScript: Plugin = {
  name: 'minify-script',
  // Last, because Rolldown prints the code once more after `renderChunk`.
  async generateBundle({ format }, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue
      const map = bundle[`${chunk.fileName}.map`]
      const minified = await minify(chunk.code, {
        module: format === 'es',
        ecma: 2020,
        compress: {
          ...{ passes: 3, unsafe_arrows: true, keep_fargs: false, sequences: false },
          // No getter is read for anything but its value.
          ...{ pure_getters: true, hoist_funs: true },
        },
        // Lit's names for what no other script meets: no copy of Lit but this one renders our templates.
        mangle: { properties: { regex: /^_\$/ } },
        format: { comments: false },
        sourceMap: { content: JSON.stringify(chunk.map), includeSources: true },
      })
      chunk.code = notice(chunk.moduleIds) + (minified.code ?? '')
      if (map?.type === 'asset') map.source = belowNotice(minified.map as string)
    }
  },
}

/**
 * A classic script has no `import.meta`; it knows its address from `document.currentScript`, or not at all. Some bundlers
 * would write the path of the machine they run on in its place.
 */
const withoutAddress = { 'import.meta.url': 'undefined' }

/** No warning that minifying takes most of the time, which it does. */
const checks = { bundlerTimings: false }

/** The elements that get scripts of their own, each with its entry and the global name of its classic script. */
const elements: Readonly<Record<string, { entry: string; name: string }>> = {
  'netgiro-checkout': { entry: 'define.ts', name: 'netgiroCheckout' },
  'netgiro-pos': { entry: 'pos/define.ts', name: 'netgiroPos' },
  'avarda-checkout': { entry: 'avarda/define.ts', name: 'avardaCheckout' },
}

/** What an element imports when it needs it, as files beside its script; each with its entry. */
const parts: Readonly<Record<string, string>> = {
  'netgiro-checkout-details': 'details/index.ts',
  'netgiro-checkout-pl': 'messages/pl.ts',
  'netgiro-extras': 'extras/index.ts',
  'netgiro-checkout-layout': 'layout/index.ts',
  'netgiro-checkout-qr': 'qr/index.ts',
  'netgiro-diagnosis': 'diagnosis.ts',
}

/** Leaves those files out of a script. */
const leaveOutParts: Plugin = {
  name: 'leave-out-parts',
  // Before Vite, which would find the file.
  enforce: 'pre',
  resolveId(specifier) {
    const file = specifier.replace(/^\.\.?\//, '')
    const name = Object.keys(parts).find((part) => parts[part] === file)
    return name ? { id: `./${name}.js`, external: true } : null
  },
}

/** One file with everything inside that is needed at first, for a script tag. */
const script = (
  { entry, name }: { entry: string; name: string },
  file: string,
  format: 'es' | 'iife',
): UserConfig => ({
  plugins: [guardLit, leaveOutParts, minifyMarkup, minifyScript],
  define: format === 'iife' ? withoutAddress : {},
  build: {
    // Hidden, because naming the map would make the script 30 bytes larger.
    sourcemap: 'hidden',
    lib: { entry: inWidget(entry), formats: [format], name, fileName: () => file },
    cssMinify: 'lightningcss',
    // The first ones with `light-dark()`, which a `color-scheme` is otherwise prepared for; no sheet of ours uses it.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    rolldownOptions: {
      checks,
      output: {
        comments: false,
        // Explicit, because library builds in the `es` format would keep their white space.
        minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } },
      },
    },
  },
})

/** Vite gives an inlined style sheet a map without sources; like the other maps, it has a list of their contents. */
const completeMaps: Plugin = {
  name: 'complete-maps',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'asset' || !file.fileName.endsWith('.map')) continue
      const map = JSON.parse(String(file.source)) as object
      file.source = JSON.stringify({ sourcesContent: [], ...map })
    }
  },
}

/** For bundlers: a readable file for each module, with Lit as an external import. */
const modules: UserConfig = {
  plugins: [completeMaps],
  define: withoutAddress,
  build: {
    minify: false,
    sourcemap: true,
    lib: {
      entry: [
        ...['', 'pos/', 'avarda/'].flatMap((folder) =>
          ['index', 'define'].map((entry) => inWidget(`${folder}${entry}.ts`)),
        ),
        inWidget('react.ts'),
      ],
      formats: ['es'],
    },
    rolldownOptions: {
      checks,
      external: /^(lit|lean-qr|react)(\/|$)/,
      output: {
        preserveModules: true,
        preserveModulesRoot: fileURLToPath(new URL('.', import.meta.url)),
        entryFileNames: '[name].js',
      },
    },
  },
}

/** The modes of `vite build`: a script by its file name, or `modules`. */
export default defineConfig(({ mode }) => {
  const [tag = '', format] = mode.split('.')
  const part = parts[tag]
  const element = part ? { entry: part, name: tag } : elements[tag]
  const { build, ...rest } = element
    ? script(element, mode, format === 'iife' ? 'iife' : 'es')
    : modules
  return {
    ...rest,
    build: {
      target: 'es2022',
      outDir: 'widget/dist',
      emptyOutDir: false,
      copyPublicDir: false,
      reportCompressedSize: false,
      ...build,
    },
  }
})
