import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin, type UserConfig } from 'vite'

const inWidget = (path: string): string => fileURLToPath(new URL(`widget/${path}`, import.meta.url))

/** What goes into a file of its own, and what a classic script would be called. */
const elements = {
  'netgiro-checkout': { entry: 'define.ts', name: 'netgiroCheckout' },
  'netgiro-pos': { entry: 'pos/define.ts', name: 'netgiroPos' },
  'avarda-checkout': { entry: 'avarda/define.ts', name: 'avardaCheckout' },
} as const

/** Plain Lit, with a document and a global object that a page's own markup cannot break. */
const guardLit: Plugin = {
  name: 'guard-lit',
  transform: (code, id) =>
    id.endsWith('/lit-html/lit-html.js')
      ? `import { document, globalThis } from ${JSON.stringify(inWidget('lit-globals.ts'))}\n${code}`
      : null,
}

/** One file with everything inside, for a script tag. */
const script = (tag: keyof typeof elements, format: 'es' | 'iife'): UserConfig => ({
  plugins: [guardLit],
  // A classic script has no `import.meta`; it knows its address from `document.currentScript`, or not at all.
  define: format === 'iife' ? { 'import.meta.url': 'undefined' } : {},
  build: {
    lib: {
      entry: inWidget(elements[tag].entry),
      formats: [format],
      name: elements[tag].name,
      fileName: () => (format === 'es' ? `${tag}.js` : `${tag}.iife.js`),
    },
    rolldownOptions: {
      output: {
        comments: false,
        // Said outright, because library builds in the `es` format would keep their white space.
        minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } },
      },
    },
  },
})

/** For bundlers: readable, with Lit left to them. */
const modules: UserConfig = {
  build: {
    outDir: 'dist/widget',
    minify: false,
    lib: {
      entry: Object.fromEntries(
        ['', 'pos/', 'avarda/'].flatMap((room) =>
          ['index', 'define'].map((door) => [room + door, inWidget(`${room}${door}.ts`)]),
        ),
      ),
      formats: ['es'],
    },
    rolldownOptions: {
      external: /^lit(\/|$)/,
      output: { chunkFileNames: 'shared/[name].js' },
    },
  },
}

/** Modes of `vite build`: `package`, or a tag and its format. */
const configOf = (mode: string): UserConfig => {
  const [tag, format] = mode.split(':')
  return tag && tag in elements
    ? script(tag as keyof typeof elements, format === 'iife' ? 'iife' : 'es')
    : modules
}

export default defineConfig(({ mode }) => {
  const { build, ...rest } = configOf(mode)
  return {
    ...rest,
    build: {
      target: 'es2022',
      outDir: 'dist',
      emptyOutDir: false,
      copyPublicDir: false,
      reportCompressedSize: false,
      ...build,
    },
  }
})
