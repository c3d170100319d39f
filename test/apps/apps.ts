/** The apps, each with its source and the cases that it has beside those of every app; docs/frameworks.md lists them. */
interface Setup {
  /** The folder of its source. */
  readonly folder: string
  readonly entry: string
  /** Its plugin for Vite. */
  readonly plugin?: 'react' | 'preact' | 'vue' | 'svelte' | 'solid'
  /** Where JSX comes from, if no plugin says so. */
  readonly jsxImportSource?: string
  /** Of the packages of React. */
  readonly suffix?: string
  /** How the framework sets a session that comes late. */
  readonly session: 'attribute' | 'property'
  /** Its component registers the tag, so that no element is on the page before. */
  readonly registers?: boolean
  readonly isStrict?: boolean
  /** The component that a development server can replace; one that is drawn anew may keep its element. */
  readonly component?: { readonly file: string; readonly keepsElement?: boolean }
  /**
   * How it learns of a payment in a page that was rendered on a server: by its handlers in any case, by those that it adds when
   * it hydrates, which are late for what the element knew before, or by `finished` alone.
   */
  readonly hydrates?: 'handlers' | 'late handlers' | 'finished'
}

const jsx = { entry: 'main.jsx', component: { file: 'Shop.jsx' } } as const
const react = { ...jsx, plugin: 'react', isStrict: true } as const
const wrapper = { ...react, folder: 'react', registers: true, hydrates: 'handlers' } as const

export const apps = {
  'React 19': { ...wrapper, session: 'property' },
  // [react] 35446: a custom element is hydrated without handlers, which come with the next render.
  'React 19 with the tag': {
    ...{ ...react, folder: 'react-tag', session: 'property', hydrates: 'finished' },
  },
  'React 18': { ...wrapper, suffix: '-18', session: 'attribute' },
  // [prefresh] begins anew with the state of a component, and keeps what it has drawn.
  Preact: {
    ...{ ...jsx, folder: 'preact', plugin: 'preact', jsxImportSource: 'preact' },
    hydrates: 'late handlers',
    ...{ session: 'property', component: { file: 'Shop.jsx', keepsElement: true } },
  },
  'Angular 22': {
    ...{ folder: 'angular', entry: 'main.js', session: 'attribute' },
    hydrates: 'late handlers',
  },
  'Vue 3': {
    ...{ folder: 'vue', entry: 'main.js', plugin: 'vue', session: 'property' },
    hydrates: 'late handlers',
    component: { file: 'Shop.vue' },
  },
  'Svelte 5': {
    ...{ folder: 'svelte', entry: 'main.js', plugin: 'svelte', session: 'property' },
    hydrates: 'late handlers',
    component: { file: 'Shop.svelte' },
  },
  Solid: {
    ...{ ...jsx, folder: 'solid', plugin: 'solid', session: 'attribute' },
    hydrates: 'late handlers',
  },
  'a plain page': { folder: 'plain', entry: 'main.js', session: 'property' },
  htmx: { folder: 'htmx', entry: 'main.js', session: 'attribute' },
} satisfies Readonly<Record<string, Setup>>
export type AppName = keyof typeof apps

export const appNames = Object.keys(apps) as readonly AppName[]
export const setupOf = (name: AppName): Setup => apps[name]

/** Frameworks that render the page on a server, each with the folder of its site. */
export const sites = {
  'Next.js 16': { folder: 'next', hydrates: 'handlers' },
  'Astro 5': { folder: 'astro', hydrates: 'finished' },
} as const
export type SiteName = keyof typeof sites
export const siteNames = Object.keys(sites) as readonly SiteName[]
