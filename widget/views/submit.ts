/** True for a click on the button and for the Enter key, unless the key confirms text of an input method. */
export const isSubmit = (event: Event): boolean => {
  const { key = 'Enter', isComposing } = event as Partial<KeyboardEvent>
  return key === 'Enter' && !isComposing
}
