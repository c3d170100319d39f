/**
 * Shows an outcome in the title of a page that is in a hidden tab, until it is looked at. The icon of the page stays,
 * because a policy for images may forbid ours.
 */
export function showInTitle(text: string): void {
  if (!document.hidden) return
  const { title } = document
  const ours = `${text} – ${title}`
  document.title = ours
  const restore = (): void => {
    // Unless the page has changed it since.
    if (document.title === ours) document.title = title
  }
  document.addEventListener('visibilitychange', restore, { once: true })
}
