import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Plugin } from 'esbuild'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const fromApps = createRequire(at('package.json'))

/** [svelte] compiles a component to a module. */
const svelte: Plugin = {
  name: 'svelte',
  setup(esbuild) {
    const { compile } = fromApps('svelte/compiler') as {
      readonly compile: (source: string, options: object) => { readonly js: { code: string } }
    }
    esbuild.onLoad({ filter: /\.svelte$/ }, ({ path }) => {
      const options = { filename: path, generate: 'client' }
      return { contents: compile(readFileSync(path, 'utf8'), options).js.code, loader: 'js' }
    })
  },
}

const packages = (suffix: string) =>
  Object.fromEntries(
    ['react', 'react-dom'].map((name) => [name, at(`node_modules/${name}${suffix}`)]),
  )

/** The apps, each with the source of its page. */
export const apps = {
  'React 19': { entry: 'react.jsx', alias: packages('') },
  'React 19 with the tag': { entry: 'react-tag.jsx', alias: packages('') },
  'React 18': { entry: 'react.jsx', alias: packages('-18') },
  Preact: { entry: 'preact.jsx', jsxImportSource: 'preact' },
  Angular: { entry: 'angular.js' },
  'Vue 3': { entry: 'vue.js' },
  'Svelte 5': { entry: 'svelte.js' },
  Solid: { entry: 'solid.js' },
  'a plain page': { entry: 'plain.js' },
  htmx: { entry: 'htmx.js' },
} satisfies Readonly<
  Record<string, { entry: string; alias?: Record<string, string>; jsxImportSource?: string }>
>
export type AppName = keyof typeof apps

/** One script with the app, its framework and the built element. */
export async function bundleApp(name: AppName): Promise<string> {
  const { entry, ...options } = apps[name]
  const { outputFiles } = await build({
    entryPoints: [at(`src/${entry}`)],
    ...{ bundle: true, write: false, format: 'esm', target: 'es2022', logLevel: 'error' },
    ...{ jsx: 'automatic', conditions: ['browser', 'svelte'], plugins: [svelte] },
    define: { 'process.env.NODE_ENV': '"development"', __VUE_OPTIONS_API__: 'true' },
    ...options,
  })
  return outputFiles[0]?.text ?? ''
}
