import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** One line of an element's documentation comment. */
export interface Entry {
  readonly name: string
  /** What stands in braces; empty where nothing does. */
  readonly type: string
  readonly text: string
}

export interface Method extends Entry {
  readonly parameters: readonly { name: string; type: string; isOptional: boolean }[]
}

/** What an element offers, as its source says. */
export interface ElementDoc {
  readonly tag: string
  readonly className: string
  /** The source of the class, from the root. */
  readonly file: string
  readonly summary: string
  readonly attributes: readonly Entry[]
  readonly properties: readonly Entry[]
  /** The names of the properties that a page finds on the element. */
  readonly fields: readonly string[]
  readonly methods: readonly Method[]
  readonly events: readonly Entry[]
  readonly slots: readonly Entry[]
  readonly parts: readonly Entry[]
  readonly cssProperties: readonly Entry[]
}

const base = 'widget/checkout-element.ts'
const eventMaps = ['widget/events.ts', 'widget/pos/events.ts']

/** Reads an element's documentation from the comment of its class, and its methods and events from the code. */
export function readElement(file: string): ElementDoc {
  const element = onlyClass(file)
  const comment = commentOf(element)
  const tags = tagsIn(comment)
  const entries = (tag: string) => tags.flatMap((one) => (one.tag === tag ? [one.entry] : []))
  const own = methodsOf(element)
  const inherited = methodsOf(onlyClass(base))
  const types = eventTypes()
  return {
    tag: entries('element')[0]?.name ?? '',
    className: element.name?.text ?? '',
    file,
    summary: oneLine(comment.split(/\n\n|\n@/)[0] ?? ''),
    attributes: entries('attr'),
    properties: entries('prop'),
    fields: [...fieldsOf(element), ...fieldsOf(onlyClass(base)), ...fieldsOfBrowser],
    methods: [...own, ...inherited.filter(({ name }) => !own.some((one) => one.name === name))],
    events: entries('fires').map((event) => ({ ...event, type: types.get(event.name) ?? '' })),
    slots: entries('slot'),
    parts: entries('csspart'),
    cssProperties: entries('cssprop'),
  }
}

const parse = (file: string) =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)

function onlyClass(file: string): ts.ClassDeclaration {
  const element = parse(file).statements.find(ts.isClassDeclaration)
  if (!element) throw new Error(`${file} has no class`)
  return element
}

/** The text of the comment before a declaration, without its asterisks. */
function commentOf(node: ts.Node): string {
  const [range] = ts.getLeadingCommentRanges(node.getSourceFile().text, node.pos) ?? []
  const last = ts.getLeadingCommentRanges(node.getSourceFile().text, node.pos)?.at(-1) ?? range
  if (!last) return ''
  return node
    .getSourceFile()
    .text.slice(last.pos, last.end)
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^ *\* ?/gm, '')
    .trim()
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

function tagsIn(comment: string): { tag: string; entry: Entry }[] {
  const lines = comment.matchAll(
    /^@(\w+)(?: \{(.+?)\}(?= ))?(?: (?!- )(\S+))?(?: - ((?:.|\n(?!@|\n))*))?$/gm,
  )
  return [...lines].map(([, tag = '', type = '', name = '', text = '']) => ({
    tag,
    entry: { name, type, text: oneLine(text) },
  }))
}

/** What each element has from the browser, and our comments name. */
const fieldsOfBrowser = ['nonce']

const fieldsOf = (element: ts.ClassDeclaration): string[] =>
  element.members
    .filter((member) => ts.isPropertyDeclaration(member) || ts.isAccessor(member))
    .flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []))

/** Whether a page may call it; callbacks are the browser's, and what is `@internal` is the element's own. */
const isPublic = (member: ts.ClassElement): member is ts.MethodDeclaration =>
  ts.isMethodDeclaration(member) &&
  ts.isIdentifier(member.name) &&
  !member.name.text.endsWith('Callback') &&
  !ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal') &&
  !(ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected))

function methodsOf(element: ts.ClassDeclaration): Method[] {
  return element.members.filter(isPublic).map((method) => ({
    name: (method.name as ts.Identifier).text,
    type: method.type?.getText() ?? 'void',
    text: oneLine(commentOf(method).split(/\n\n|\n@/)[0] ?? ''),
    parameters: method.parameters.map((parameter) => ({
      name: parameter.name.getText(),
      type: parameter.type?.getText() ?? 'string',
      isOptional: !!parameter.questionToken || !!parameter.initializer,
    })),
  }))
}

/** The class of each event, by its name. */
function eventTypes(): Map<string, string> {
  const types = new Map<string, string>()
  for (const map of eventMaps.flatMap((file) =>
    parse(file).statements.filter(ts.isInterfaceDeclaration),
  )) {
    for (const member of map.members.filter(ts.isPropertySignature)) {
      if (ts.isStringLiteral(member.name))
        types.set(member.name.text, member.type?.getText() ?? 'Event')
    }
  }
  return types
}
