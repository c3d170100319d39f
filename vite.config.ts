import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin, type UserConfig } from 'vite'

const inWidget = (path: string): string => fileURLToPath(new URL(`widget/${path}`, import.meta.url))

/** What only people read in a style sheet or a template: white space, quotes, zeros. Minifiers leave strings alone. */
const thin = {
  css: (text: string) =>
    text
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,>]) ?/g, '$1')
      .replace(/: /g, ':')
      .replace(/ \+ /g, '+')
      .replace(/;}/g, '}')
      .replace(/([ :(,-])0\./g, '$1.')
      .replace(/='([\w-]+)'/g, '=$1')
      .trim(),
  html: (text: string) =>
    text
      .replace(/([>}])\n\s*(?=<)/g, '$1')
      .replace(/>\n\s*(?=\$\{)/g, '>')
      .replace(/\n\s*(?=\/?>)/g, '')
      .replace(/\n\s*/g, '\n')
      .replace(/="([\w-]+)"/g, '=$1'),
}

const thinTemplates: Plugin = {
  name: 'thin-templates',
  enforce: 'pre',
  transform(code, id) {
    if (id.startsWith(inWidget('')) && id.endsWith('styles.ts')) {
      return code.replace(/css`([^`]*)`/, (_, text: string) => `css\`${thin.css(text)}\``)
    }
    if (id.startsWith(inWidget(''))) {
      const start = code.indexOf('html`')
      return start < 0 ? null : code.slice(0, start) + thin.html(code.slice(start))
    }
    return null
  },
}

/** What these bundles never do with Lit. Where an update makes a pattern miss, the bundle grows and the size gate tells. */
const unused: [RegExp, string][] = [
  // Hooks for polyfills, and the list by which Lit warns of itself.
  [/\w+\.\w+PolyfillSupport/, 'void 0'],
  [/\(\w+\.\w+Versions\?\?=\[\]\)\.push\("[^"]+"\)/, '0'],
  // Attributes that are numbers, booleans or JSON: all of ours are strings.
  [/\{toAttribute\(.*?return i\}\}/, '{toAttribute:t=>t,fromAttribute:t=>t}'],
  // Templates of SVG and MathML fragments.
  [/2===i\?"<svg>":3===i\?"<math>":""/, '""'],
  [/\(2===i\?"<\/svg>":3===i\?"<\/math>":""\)/, '""'],
  [/if\(2===(\w)\|\|3===\1\)\{[^}]*\}/, ''],
  // Directives.
  [/(function \w\(t,i),s=t,e\)\{if\(i===\w\).*?(?=class)/, '$1){return i}'],
  // Decorators.
  [/Symbol\.metadata\?\?=.*?new WeakMap;/, ';'],
  [/const t=this\[Symbol\.metadata\];.*?\}(?=this\._\$Eh=new Map)/, ''],
]

/** Lit without what no browser that runs these bundles needs; its stand-ins say what that is. */
const leanLit: Plugin = {
  name: 'lean-lit',
  enforce: 'pre',
  resolveId(id, importer) {
    if (id === 'lit') return inWidget('lean/lit.ts')
    const own = id === './css-tag.js' && importer?.includes('/@lit/reactive-element/')
    return own ? inWidget('lean/css-tag.ts') : null
  },
  transform: (code, id) =>
    /\/(reactive-element|lit-html)\.js$/.test(id)
      ? unused.reduce((text, [pattern, less]) => text.replace(pattern, less), code)
      : null,
}

/** What goes into a file of its own, and what a classic script would be called. */
const elements = {
  'netgiro-checkout': { entry: 'define.ts', name: 'netgiroCheckout' },
  'netgiro-pos': { entry: 'pos/define.ts', name: 'netgiroPos' },
  'avarda-checkout': { entry: 'avarda/define.ts', name: 'avardaCheckout' },
} as const

/** One file with everything inside, for a script tag. */
const script = (tag: keyof typeof elements, format: 'es' | 'iife'): UserConfig => ({
  plugins: [thinTemplates, leanLit],
  define: {
    'typeof document': '"object"',
    // A classic script has no `import.meta`; it knows its address from `document.currentScript`.
    ...(format === 'iife' && { 'import.meta.url': 'location.href' }),
  },
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
