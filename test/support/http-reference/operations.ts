import { readFileSync } from 'node:fs'
import { table } from '../marked-page.ts'
import { nameOf, openApi } from './document.ts'
import type { Content, Media, Operation } from './document.ts'

/** By code, the section of the page of problems that explains it. */
const sections = new Map(
  readFileSync('docs/problems.md', 'utf8')
    .split(/^## /m)
    .flatMap((section) => {
      const anchor = section
        .split('\n', 1)[0]
        ?.toLowerCase()
        .replace(/[^\w ]/g, '')
        .replaceAll(' ', '-')
      return [...section.matchAll(/^\| `(\w+)`/gm)].map(([, code = '']) => [code, anchor] as const)
    }),
)

const problemLink = (code: string) => `[\`${code}\`](problems.md#${sections.get(code) ?? ''})`

const credentials: Readonly<Record<string, string>> = {
  merchant: '<MERCHANT_API_KEY>',
  session: '<session>',
}

const [json, problemJson] = ['application/json', 'application/problem+json']

function exampleText(method: string, path: string, operation: Operation): string {
  const { parameters = [], requestBody, security } = operation
  const credential = credentials[Object.keys(security[0] ?? {})[0] ?? '']
  const valueOf = (kind: string) => parameters.filter((one) => one.in === kind && one.example)
  const query = valueOf('query').map(({ name, example }) => `${name}=${example ?? ''}`)
  const [body] = Object.values(requestBody?.content[json]?.examples ?? {})
  const head = [
    `${method.toUpperCase()} ${path}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    ...(credential === undefined ? [] : [`Authorization: Bearer ${credential}`]),
    ...(operation.tags.includes('Browser') ? ['Origin: https://www.shop.is'] : []),
    ...valueOf('header').map(({ name, example }) => `${name}: ${example ?? ''}`),
    ...(body ? [`Content-Type: ${json}`] : []),
  ]
  const text = body ? `\n\n${JSON.stringify(body.value, null, 2)}` : ''
  return `\`\`\`http\n${head.join('\n')}${text}\n\`\`\``
}

function parametersText({ parameters = [] }: Operation): string[] {
  if (parameters.length === 0) return []
  const rows = parameters.map(({ name, in: place, required = false, description }) => [
    `\`${name}\``,
    `${place}${required ? '' : ', optional'}`,
    description,
  ])
  return [table(['parameter', 'in', 'meaning'], rows)]
}

function componentText($ref: string): string {
  const name = nameOf($ref)
  const { properties, oneOf, anyOf } = openApi.components.schemas[name] ?? {}
  const isEmpty = !oneOf && !anyOf && Object.keys(properties ?? {}).length === 0
  return isEmpty ? '`{}`' : `[${name}](#${name.toLowerCase()})`
}

const bodyText = (content: Content = {}): string =>
  Object.entries(content)
    .map(
      ([
        type,
        {
          schema: { $ref },
        },
      ]) => ($ref === undefined ? `\`${type}\`` : componentText($ref)),
    )
    .join(' or ')

const codesOf = ({ examples = {} }: Media) => Object.keys(examples)

function answersText({ responses }: Operation): string {
  const rows = Object.entries(responses).flatMap(([status, { description, content = {} }]) =>
    content[problemJson] ? [] : [[status, description, bodyText(content)]],
  )
  return table(['status', 'when', 'body'], rows)
}

function errorsText({ responses }: Operation): string[] {
  const errors = Object.entries(responses).flatMap(([status, { content = {} }]) => {
    const problem = content[problemJson]
    return problem ? [`${status} ${codesOf(problem).map(problemLink).join(', ')}`] : []
  })
  return errors.length === 0 ? [] : [`Errors: ${errors.join(' · ')}`]
}

function operationText(title: string, example: string, operation: Operation): string {
  const { summary, description, requestBody } = operation
  return [
    `### ${title}`,
    `${summary}.${description === undefined ? '' : ` ${description}`}`,
    ...parametersText(operation),
    ...(requestBody ? [`Body: ${bodyText(requestBody.content)}`] : []),
    ...(example === '' ? [] : [example]),
    answersText(operation),
    ...errorsText(operation),
  ].join('\n\n')
}

const calls = Object.entries(openApi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    operation,
    title: `${method.toUpperCase()} ${path}`,
    example: operation.tags.includes('Server') ? '' : exampleText(method, path, operation),
  })),
)
/** Where each is sent. */
const targets: Readonly<Record<string, string>> = {
  checkout: 'POST to WEBHOOK_URL',
  captureApproval: 'POST to AUTHORIZE_URL',
}
const webhooks = Object.entries(openApi.webhooks).map(([name, { post }]) => ({
  operation: post,
  title: targets[name] ?? name,
  example: '',
}))

/** A section for every tag of the document, with all of its operations. */
export const operationsText = (): string =>
  // The shop's calls are what most readers look for.
  openApi.tags
    .toSorted((one, other) => Number(other.name === 'Shop') - Number(one.name === 'Shop'))
    .flatMap(({ name, description }) => [
      `## ${name}\n\n${description}.`,
      ...[...calls, ...webhooks]
        .filter(({ operation }) => operation.tags.includes(name))
        .map(({ title, example, operation }) => operationText(title, example, operation)),
    ])
    .join('\n\n')
