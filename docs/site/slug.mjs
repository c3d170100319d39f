/**
 * The anchor of a heading, as GitHub makes it: links to headings work in the repository and on the site.
 *
 * @param {string} heading
 * @returns {string}
 */
export const slugOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\-_ ]/gu, '')
    .replaceAll(' ', '-')
