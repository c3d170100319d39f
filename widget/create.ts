const spaces = { html: 'http://www.w3.org/1999/xhtml', svg: 'http://www.w3.org/2000/svg' } as const

/**
 * Creates an element by the prototype, because `<form name="createElementNS">` hides the page's own method; by that of
 * `HTMLDocument`, because MooTools replaces `Document`.
 */
function createIn(
  space: keyof typeof spaces,
  tag: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly Element[] = [],
): Element {
  const element = HTMLDocument.prototype.createElementNS.call(document, spaces[space], tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

export const create = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Element[]
): HTMLElementTagNameMap[Tag] =>
  createIn('html', tag, attributes, children) as HTMLElementTagNameMap[Tag]

export const createSvg = (
  attributes: Readonly<Record<string, string>>,
  ...paths: Readonly<Record<string, string>>[]
): Element =>
  createIn(
    'svg',
    'svg',
    attributes,
    paths.map((path) => createIn('svg', 'path', path)),
  )
