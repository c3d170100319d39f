import type {
  ClassMember,
  CustomElementDeclaration,
  JavaScriptModule,
  Package,
} from 'custom-elements-manifest'
import type { ElementDoc, Entry, Method } from './read-element.ts'

const described = ({ name, text }: Entry) => ({ name, ...(text && { description: text }) })
const typed = (entry: Entry) => ({ ...described(entry), type: { text: entry.type } })

const camelCase = (name: string) =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const field = (entry: Entry): ClassMember => ({ kind: 'field', ...typed(entry) })

const method = (entry: Method): ClassMember => ({
  kind: 'method',
  ...described(entry),
  parameters: entry.parameters.map(({ name, type, isOptional }) => ({
    ...{ name, type: { text: type } },
    ...(isOptional && { optional: true }),
  })),
  return: { type: { text: entry.type } },
})

const declaration = (element: ElementDoc): CustomElementDeclaration & { kind: 'class' } => ({
  kind: 'class',
  customElement: true,
  tagName: element.tag,
  name: element.className,
  description: element.summary,
  members: [
    ...element.attributes.map((entry) => field({ ...entry, name: camelCase(entry.name) })),
    ...element.properties.map((entry) => ({ ...field(entry), readonly: true })),
    ...element.methods.map(method),
  ],
  attributes: element.attributes.map((entry) => ({
    ...typed(entry),
    fieldName: camelCase(entry.name),
  })),
  events: element.events.map(typed),
  slots: element.slots.map(described),
  cssParts: element.parts.map(described),
  cssProperties: element.cssProperties.map((entry) => {
    const [, value] = /Default: `(.+?)`/.exec(entry.text) ?? []
    return { ...described(entry), ...(value !== undefined && { default: value }) }
  }),
})

const moduleOf = (element: ElementDoc): JavaScriptModule => {
  const path = `dist/${element.file.replace(/\.ts$/, '.js')}`
  const { className: name, tag } = element
  return {
    kind: 'javascript-module',
    path,
    declarations: [declaration(element)],
    exports: [
      { kind: 'js', name, declaration: { name, module: path } },
      { kind: 'custom-element-definition', name: tag, declaration: { name, module: path } },
    ],
  }
}

/** The Custom Elements Manifest of the package. */
export const manifestOf = (elements: readonly ElementDoc[]): Package => ({
  schemaVersion: '2.1.0',
  modules: elements.map(moduleOf),
})
