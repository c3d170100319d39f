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

const field = (entry: Entry): ClassMember => ({
  ...{ kind: 'field', ...typed(entry) },
  ...(/\bread-only\b/.test(entry.text) && { readonly: true }),
})

/** The property that follows an attribute; undefined where there is none. */
const fieldName = ({ name }: Entry, { fields }: ElementDoc): string | undefined =>
  fields.find((one) => one === camelCase(name))

/** What a property's own entry says of it counts more than what its attribute's does. */
function fieldsOf(element: ElementDoc): ClassMember[] {
  const ofAttributes = element.attributes.flatMap((entry) => {
    const name = fieldName(entry, element)
    return name === undefined ? [] : [{ ...entry, name }]
  })
  const byName = new Map([...ofAttributes, ...element.properties].map((one) => [one.name, one]))
  return [...byName.values()].map(field)
}

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
  members: [...fieldsOf(element), ...element.methods.map(method)],
  attributes: element.attributes.map((entry) => {
    const name = fieldName(entry, element)
    return { ...typed(entry), ...(name !== undefined && { fieldName: name }) }
  }),
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
