/** What Firefox, or its WebDriver, lacks, so that a scenario says nothing in it; by title. */
export const notInFirefox: Readonly<Record<string, string>> = {
  'a developer copies the code of the page of the payment, and is told so':
    'WebDriver cannot allow Firefox to read the clipboard',
  'nothing moves on the page of the payment while it loads': 'Firefox reports no layout shifts',
  'hardly anything moves on the page of the payment while the form loads':
    'Firefox reports no layout shifts',
}
