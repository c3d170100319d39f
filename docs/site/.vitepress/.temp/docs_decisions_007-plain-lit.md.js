import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"007 Bundle plain Lit","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/007-plain-lit.md","filePath":"docs/decisions/007-plain-lit.md"}');
const _sfc_main = { name: "docs/decisions/007-plain-lit.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="007-bundle-plain-lit" tabindex="-1">007 Bundle plain Lit <a class="header-anchor" href="#007-bundle-plain-lit" aria-label="Permalink to &quot;007 Bundle plain Lit&quot;">​</a></h1><p>2026-11-26 · accepted · replaces a build that patched Lit to stay within 12,800 bytes (2026-11-21)</p><p><strong>Decision.</strong> The scripts hold Lit as published. <code>npm run size</code> fails when the module of <code>&lt;netgiro-checkout&gt;</code>, with Lit and both languages, exceeds 14,000 bytes of gzip. The build supplies only Lit&#39;s two globals, from <code>widget/lit-globals.ts</code>, so that neither a form named <code>createComment</code> nor an existing Trusted Types policy breaks it.</p><p>Published tools make the scripts small: Vite&#39;s Lightning CSS minifies the style sheets, <code>esbuild-minify-templates</code> removes white space between elements, and Terser minifies the script and shortens the names that are private to one copy of Lit (<code>_$</code> and a capital) or to our own modules (<code>privateNames</code> in <code>vite.config.ts</code>). What only a wrong setup needs is loaded on demand. The elements do not extend <code>LitElement</code>, all of which they would download and hardly use (<a href="/docs/decisions/031-own-base-class.html">031</a>).</p><p>56 lines of our own read the event stream instead of <code>eventsource-parser</code>, which would add about 1.2 kB. A property test compares the two over arbitrary streams and chunk boundaries.</p><p>The point-of-sale element and the frame around Avarda&#39;s form are self-contained files of their own, so that no shopper downloads them needlessly; each has its own limit in <code>test/size.ts</code>. All three share <code>widget/checkout-element.ts</code>.</p><p><strong>Trade-offs.</strong> Shoppers download more than with a patched Lit: 3.0 kB of the script are Lit, and 2.3 kB the texts in two languages. Tests that bundle the sources need a loader for <code>.css</code> files. In return, updating Lit is a change of its version number, and the build can be read by anyone who knows Vite.</p><p><strong>Revisit when</strong> an element needs more than its limit, or Lit becomes smaller.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/007-plain-lit.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _007PlainLit = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _007PlainLit as default
};
