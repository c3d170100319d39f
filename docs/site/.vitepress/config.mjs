import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { navigation } from '../navigation.mjs'
import { slugOf } from '../slug.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const isExternal = (href) => /^([a-z]+:|#)/.test(href)

/**
 * The pages are written for readers of the repository. Here links to its other files become plain text, and those to the README
 * lead to the first page.
 */
function adaptLinks(md) {
  md.core.ruler.push('links_of_the_repository', ({ tokens, env }) => {
    for (const { children } of tokens) {
      if (!children) continue
      let isInside = false
      for (const token of children) {
        if (token.type === 'link_open') isInside = adapt(token, env.relativePath)
        else if (token.type === 'link_close' && isInside) {
          token.tag = 'span'
          isInside = false
        }
      }
    }
  })
}

/** Returns whether the link has become text. */
function adapt(token, page) {
  const href = token.attrGet('href') ?? ''
  if (isExternal(href)) return false
  const [path, anchor] = href.split('#')
  const target = join(dirname(page === 'index.md' ? 'README.md' : page), path)
  const isPage = target.endsWith('.md') && existsSync(join(root, target))
  if (!isPage) {
    token.tag = 'span'
    token.attrs = null
    return true
  }
  const address = target === 'README.md' ? '' : target.replace(/\.md$/, '')
  token.attrSet('href', `/${address}${anchor === undefined ? '' : `#${anchor}`}`)
  return false
}

export default defineConfig({
  title: 'netgiro-checkout',
  description: 'Netgíró payments in any shop',
  // Copied there by build.mjs, because pages find Vue only in a folder below `node_modules`.
  srcDir: fileURLToPath(new URL('../.cache/pages', import.meta.url)),
  outDir: fileURLToPath(new URL('../dist', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../node_modules/.cache', import.meta.url)),
  rewrites: { 'README.md': 'index.md' },
  // Addresses of the reader's own machine.
  ignoreDeadLinks: 'localhostLinks',
  // `{id}` at the end of a heading is no attribute.
  markdown: { config: adaptLinks, attrs: { disable: true }, anchor: { slugify: slugOf } },
  vite: {
    plugins: [
      {
        // Markdown takes a path without a dot as relative, Vite as a package.
        name: 'relative-pictures',
        enforce: 'pre',
        transform: (code, id) =>
          id.endsWith('.md')
            ? { code: code.replace(/(<img\s[^>]*?src=")(?=\w+\/)/g, '$1./'), map: null }
            : undefined,
      },
    ],
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: navigation.map(({ title, pages }) => ({
      text: title,
      items: pages.map(([text, page]) => ({ text, link: `/${page.replace(/\.md$/, '')}` })),
    })),
  },
})
