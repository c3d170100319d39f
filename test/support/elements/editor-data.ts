import type { ElementDoc, Entry } from './read-element.ts'

/** The words of a union of string literals. */
const valuesOf = ({ type }: Entry): string[] =>
  [...type.matchAll(/'([^']+)'/g)].map(([, value = '']) => value)

/** [vscode] custom data for HTML, version 1.1: completion of tags and attributes. */
export const vsCodeData = (elements: readonly ElementDoc[]) => ({
  version: 1.1,
  tags: elements.map((element) => ({
    name: element.tag,
    description: element.summary,
    attributes: element.attributes.map((entry) => ({
      name: entry.name,
      description: entry.text,
      ...(valuesOf(entry).length > 0 && { values: valuesOf(entry).map((name) => ({ name })) }),
    })),
  })),
})

const described = ({ name, text }: Entry) => ({ name, description: text })

/** [jetbrains] web-types: what their editors complete in HTML, CSS and JavaScript. */
export const webTypes = (elements: readonly ElementDoc[], version: string) => ({
  $schema: 'https://json.schemastore.org/web-types',
  name: 'netgiro-checkout',
  version,
  'description-markup': 'markdown',
  contributions: {
    html: {
      elements: elements.map((element) => ({
        name: element.tag,
        description: element.summary,
        attributes: element.attributes.map((entry) => ({
          ...described(entry),
          value: { type: entry.type },
        })),
        slots: element.slots.map(described),
        js: {
          events: element.events.map(described),
          properties: element.properties.map((entry) => ({
            ...described(entry),
            type: entry.type,
          })),
        },
        css: {
          parts: element.parts.map(described),
          properties: element.cssProperties.map(described),
        },
      })),
    },
  },
})
