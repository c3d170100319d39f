import type { Sign } from '../details/signs.ts'
import { create } from '../create.ts'
import { play } from './sound.ts'

/** What an outcome may do beside changing the title of a page that nobody looks at. */
const colors: Readonly<Record<Sign['tone'], string>> = {
  good: '#64c3a2',
  bad: '#ee8284',
  unsure: '#ffc72e',
  over: '#b9c3c8',
}

/**
 * Shows an outcome to a person who is looking elsewhere: in the title of a page in a hidden tab, and as far as the page
 * wants it, in its icon, by vibration and by sound.
 *
 * @param wanted - of `icon`, `vibration` and `sound`; the page decides, because a policy for images may forbid the icon
 */
export function drawAttention(sign: Sign, heading: string, wanted: ReadonlySet<string>): void {
  const isGood = sign.tone === 'good'
  if (isHidden()) {
    showInTitle(`${sign.character} ${heading}`)
    if (wanted.has('icon')) showAsIcon(sign)
  }
  // [html] sticky activation: before the first click or key, a browser refuses both and writes to the console.
  const { userActivation } = navigator as Partial<Navigator>
  if (!userActivation?.hasBeenActive) return
  if (wanted.has('sound')) play(isGood)
  // A device does not vibrate for a hidden page, so it waits for the shopper's return.
  if (wanted.has('vibration')) whenVisible(() => vibrate(isGood))
}

/** The page's own title, and what was shown instead of it last. */
let plain = ''
let ours: string | undefined

/** Shows a text in the title until the page is looked at. */
function showInTitle(text: string): void {
  const { title } = document as { readonly title: unknown }
  // `<form name="title">` shadows it.
  if (typeof title !== 'string') return
  if (title !== ours) plain = title
  document.title = ours = `${text} – ${plain}`
  whenVisible(() => {
    // Unless the page has changed it since.
    if (document.title === ours) document.title = plain
  })
}

/** Shows the sign as the icon of the page until it is looked at. The last icon of a page is the one that counts. */
function showAsIcon({ tone, path }: Sign): void {
  const circle = `<circle cx="24" cy="24" r="24" fill="${colors[tone]}"/>`
  const line = `<path d="${path}" fill="none" stroke="#10222b" stroke-width="5" stroke-linecap="round"/>`
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">${circle}${line}</svg>`
  const href = `data:image/svg+xml,${encodeURIComponent(picture)}`
  const link = create('link', { rel: 'icon', href })
  document.head.append(link)
  whenVisible(() => link.remove())
}

function vibrate(isGood: boolean): void {
  if (globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches) return
  const { vibrate: start } = navigator as Partial<Navigator>
  start?.call(navigator, isGood ? [200] : [80, 80, 80])
}

/** `<form name="hidden">` shadows the property of the document, and is no `true`. */
const isHidden = (): boolean => (document.hidden as unknown) === true

function whenVisible(task: () => void): void {
  if (!isHidden()) task()
  else document.addEventListener('visibilitychange', task, { once: true })
}
