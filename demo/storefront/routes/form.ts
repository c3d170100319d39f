import type { Context } from 'hono'

/** A posted form's fields as text; a missing one, or a file in its place, is empty. */
export async function fields(c: Context): Promise<(name: string) => string> {
  const form = await c.req.parseBody()
  return (name) => {
    const value = form[name]
    return typeof value === 'string' ? value : ''
  }
}
