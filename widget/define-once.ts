import { explain } from './explain.ts'

/** Registers a tag. A page may load a script twice, e.g. from a theme and a plugin: the first definition stays. */
export function defineOnce(tag: string, element: CustomElementConstructor): void {
  // Undefined on a server.
  const { customElements: registry } = globalThis as Partial<typeof globalThis>
  const first = registry?.get(tag)
  if (!first) registry?.define(tag, element)
  else if (first !== element) explain('secondCopy', tag, first, element)
}
