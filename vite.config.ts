import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin, type UserConfig } from 'vite'

const inWidget = (path: string): string => fileURLToPath(new URL(`widget/${path}`, import.meta.url))

/** What only people read in a style sheet or a template: white space, quotes, zeros. Minifiers leave strings alone. */
const thin = {
  css: (text: string) =>
    text
      .replace(/\/\*[^]*?\*\//g, '')
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
  // Attributes that are numbers, booleans or JSON, or have an initial value: all of ours are strings.
  [/\{toAttribute\(.*?return i\}\}/, '{toAttribute:t=>t,fromAttribute:t=>t}'],
  [/b=\{attribute:!0,.*?hasChanged:f\}/, 'b={}'],
  [/const t=i\.getPropertyOptions\(e\),h=.*?\?\?r,this/, 'this._$Em=e;this[e]=s,this'],
  [/const h=\(void 0!==i\.converter.*?i\.type\);/, 'const h=s;'],
  [
    /i\?\?=r\.getPropertyOptions\(t\),!\(\(i\.hasChanged.*?\)return;/,
    'i??=r.getPropertyOptions(t),h===s)return;',
  ],
  [/i&&!\(this\._\$Ej\?\?=.*?\|\|\(this/, '(this'],
  [/if\(t\.size>0\)for\(const\[s,i\]of t\)\{const\{wrapped.*?\}\}/, '}'],
  [/if\(s\.state&&.*?wrapped=!0\),/, 'if('],
  // Templates of SVG and MathML fragments, and those that were compiled.
  [/2===i\?"<svg>":3===i\?"<math>":""/, '""'],
  [/\(2===i\?"<\/svg>":3===i\?"<\/math>":""\)/, '""'],
  [/if\((this\.el=S\.createElement[^;]*?),2===i.*?childNodes\)\}/, '$1;'],
  [/"number"==typeof s\?this\._\$AC\(t\):\(.*?,s\)/, 'this._$AC(t)'],
  // Bindings on elements, in comments, in text areas, of boolean attributes, and amid an attribute's value.
  [/else t\.startsWith\(o\).*?(?=if\(y\.test)/, ''],
  [/if\(y\.test\(r\.tagName\)\)\{.*?\}\}else/, '}else'],
  [/else\{let t=-1;.*?o\.length-1\}/, ''],
  [/:6===r\.type&&\(i=new \w\(h,this,t\)\)/, ':0'],
  [/"\?"===e\[1\]\?L:/, ''],
  [/class L extends H\{.*?\}\}(?=class)/, ''],
  [/class Z\{.*?\}(?=const)/, ''],
  [/s\.length>2\|\|.*?:this\._\$AH=A\}/, 'this._$AH=A}'],
  [/else\{const e=t;let n,r;for\(t=h\[0\].*?this\._\$AH\[n\]=r\}/, ''],
  [/void 0!==s\.strings\?\(.*?\):/, ''],
  // Listeners with options, or that are objects.
  [/\|\|t\.capture!==.*?passive!==s\.passive/, ''],
  [/"function"==typeof this\._\$AH\?(.*?):this\._\$AH\.handleEvent\(t\)/, '$1'],
  // What server-side rendering looks into, directives, and parts that are moved or disconnected.
  [/j=\{M:h.*?\},(?=B=)/, 'j=0,'],
  [/(function \w\(t,i),s=t,e\)\{if\(i===\w\).*?(?=class)/, '$1){return i}'],
  [/setConnected\(t\)\{.*?\}(?=\}class)/, ''],
  [/get startNode\(\).*?_\$AB\}/, ''],
  [/get tagName\(\)\{.*?\}get _\$AU\(\)\{.*?\}/, ''],
  [/this\._\$AP\?\.\(!1,!0,s\);/, ';'],
  [/get _\$AU\(\)\{[^}]*\}/g, ''],
  [/,this\._\$Cv=[^}]*(?=\})/, ''],
  [/get parentNode\(\)\{return this\._\$AM\.parentNode\}/, ''],
  [/get parentNode\(\)\{let t=.*?,t\}/, ''],
  // Rendering into another document or place, and strings that only look like a template.
  [/\(t\?\.creationScope\?\?l\)/, 'l'],
  [
    /\w=\(t,i,s\)=>\{const e=s\?\.renderBefore\?\?i;let h=e(.*?)const t=s.*?null;e(.*?),t\),t,void 0,s\?\?\{\}\)/,
    'D=(t,i)=>{let h=i$1i$2,null),null)',
  ],
  [/if\(!u\(t\)\|\|!t\.hasOwnProperty\("raw"\)\)throw Error\("[^"]*"\);/, ''],
  [/\(y\.test\(u\[2\]\)&&\(n=RegExp\("<\/"\+u\[2\],"g"\)\),c=p\)/, '(c=p)'],
  // Styles in nested lists, properties named by symbols or with accessors of their own.
  [/(static finalizeStyles\(s\)\{).*?return i\}/, '$1return[s].flat()}'],
  [/\[\.\.\.r\(t\),\.\.\.o\(t\)\]/, 'r(t)'],
  [
    /const\{get:e,set:r\}=h\(.*?requestUpdate/,
    'return{get(){return this[s]},set(e){const h=this[s];this[s]=e,this.requestUpdate',
  ],
  [/c=a\.trustedTypes,l=c\?c\.emptyScript:"",/, ''],
  // Updates that are put off, left out, waited for in another way, or the first.
  [/const t=this\.scheduleUpdate\(\);return null!=t&&await t,/, 'return this.performUpdate(),'],
  [/scheduleUpdate\(\)\{.*?\}/, ''],
  [/return this\.getUpdateComplete\(\)\}getUpdateComplete\(\)\{/, ''],
  [/this\.hasUpdated\|\|\((this\.hasUpdated=!0),this\.firstUpdated\(t\)\)/, '$1'],
  [/firstUpdated\(t\)\{\}/, ''],
  [/t=this\.shouldUpdate\(s\),t\?(\(.*?\)):this\._\$EM\(\)\}/, 't=!0,$1}'],
  [/shouldUpdate\(t\)\{return!0\}/, ''],
  // Decorators, initializers, controllers that leave.
  [/Symbol\.metadata\?\?=.*?new WeakMap;/, ';'],
  [/const t=this\[Symbol\.metadata\];.*?\}(?=this\._\$Eh=new Map)/, ''],
  [/static addInitializer\(t\)\{.*?\}(?=static)/, ''],
  [/,this\.constructor\.l\?\.forEach\(t=>t\(this\)\)/, ''],
  [/,void 0!==t\.l&&\(this\.l=\[\.\.\.t\.l\]\)/, ''],
  [/removeController\(t\)\{.*?\}/, ''],
]

/** What a page may do to Lit: hide the document's methods behind a form of that name, or make the policy before us. */
const hardened: [RegExp, string][] = [
  [/l=document,/, 'l=document,_own=Document.prototype,'],
  [/\bl\.(create\w+|importNode)\(/g, '_own.$1.call(l,'],
  [/e=s\?(s\.createPolicy\(.*?\}\)):void 0/, 'e=(()=>{try{return s&&$1}catch{}})()'],
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
      ? [...unused, ...hardened].reduce(
          (text, [pattern, less]) => text.replace(pattern, less),
          code,
        )
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
    // A classic script has no `import.meta`; it knows its address from `document.currentScript`, or not at all.
    ...(format === 'iife' && { 'import.meta.url': 'undefined' }),
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
