import type { ElementDoc, Entry } from './read-element.ts'

const cell = (text: string) => text.replaceAll('|', '\\|')

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n')

const named = (entries: readonly Entry[]) =>
  entries.map(({ name, text }) => [name ? `\`${name}\`` : 'default', text] as const)

const withType = (entries: readonly Entry[]) =>
  entries.map(({ name, type, text }) => [`\`${name}\``, `\`${type}\``, text] as const)

/** The tables of an element for its documentation, by what they list. */
export const tablesOf = (element: ElementDoc): Readonly<Record<string, string>> => ({
  attributes: table(['attribute', 'type', 'meaning'], withType(element.attributes)),
  properties: table(['property', 'type', 'holds'], withType(element.properties)),
  methods: table(
    ['method', 'does'],
    element.methods.map(({ name, parameters, text }) => {
      const list = parameters.map((one) => one.name + (one.isOptional ? '?' : '')).join(', ')
      return [`\`${name}(${list})\``, text]
    }),
  ),
  events: table(['event', 'when'], named(element.events)),
  slots: table(['slot', 'shown'], named(element.slots)),
  parts: table(['part', 'what'], named(element.parts)),
  'custom properties': table(['custom property', 'what'], named(element.cssProperties)),
})
