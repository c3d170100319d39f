/** The address of a module in `demo/`: of the repository, or of the built package. */
export const bundled = (module: string): string =>
  new URL(
    import.meta.url.endsWith('.ts') ? `../../demo/${module}.ts` : `../demo/${module}.js`,
    import.meta.url,
  ).href
