/** True for what means "send it": a press of the button, or the Enter key, unless it chooses among suggestions. */
export const isSubmit = (event: Event): boolean => {
  const { key = 'Enter', isComposing } = event as Partial<KeyboardEvent>
  return key === 'Enter' && !isComposing
}
