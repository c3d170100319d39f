const script = typeof document === 'undefined' ? null : document.currentScript

/** Where this script came from: the backend serves its own widget. A module has no `currentScript`. */
export const scriptOrigin = new URL((script as HTMLScriptElement | null)?.src || import.meta.url)
  .origin
