/** The bundler reads and minifies the file. */
declare module '*.css?inline' {
  const css: string
  export default css
}
