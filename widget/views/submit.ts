/**
 * True for a click on the button and for the Enter key, unless the key confirms text of an input method. [chrome] The choice of
 * a suggestion is a `keydown` as well, without a key.
 */
export const isSubmit = (event: Event): boolean => {
  const { type, key, isComposing } = event as Partial<KeyboardEvent>
  return type !== 'keydown' || (key === 'Enter' && !isComposing)
}
