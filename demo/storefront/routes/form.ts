import type { Context } from 'hono'

/** A posted form's fields as text; missing fields and files are empty. */
export async function fields(c: Context): Promise<(name: string) => string> {
  const form = await c.req.parseBody()
  return (name) => {
    const value = form[name]
    return typeof value === 'string' ? value : ''
  }
}
