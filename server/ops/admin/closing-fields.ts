import { html } from 'hono/html'
import type { Html } from './layout.ts'
import type { Words } from './words/words.ts'

/** Who closes something by hand, and what that person found. `id` is unique on the page. */
export const closingFields = ({ closing }: Words, id: string): Html =>
  html`<label for="by-${id}">${closing.yourName}</label>
    <input id="by-${id}" name="by" maxlength="500" autocomplete="name" required />
    <label for="note-${id}">${closing.yourFinding}</label>
    <input id="note-${id}" name="note" maxlength="500" autocomplete="off" required />`
