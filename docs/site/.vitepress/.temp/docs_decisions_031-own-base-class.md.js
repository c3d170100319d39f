import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"031 Extend a base class of our own, and render with lit-html","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/031-own-base-class.md","filePath":"docs/decisions/031-own-base-class.md"}');
const _sfc_main = { name: "docs/decisions/031-own-base-class.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="031-extend-a-base-class-of-our-own-and-render-with-lit-html" tabindex="-1">031 Extend a base class of our own, and render with lit-html <a class="header-anchor" href="#031-extend-a-base-class-of-our-own-and-render-with-lit-html" aria-label="Permalink to &quot;031 Extend a base class of our own, and render with lit-html&quot;">​</a></h1><p>2026-11-27 · accepted · changes <a href="/docs/decisions/007-plain-lit.html">007</a>, whose elements extended <code>ReactiveElement</code></p><p><strong>Decision.</strong> <code>widget/updating-element.ts</code> is the base of the elements: properties and attributes, one update for all changes of a turn, and controllers by Lit&#39;s interface. Templates are still rendered by Lit as published, through <code>lit/html.js</code>.</p><p>Every property of our elements is a text or an object, so that nothing of Lit&#39;s converters, decorators, inherited metadata and style fallbacks was in use. Our class is 0.7 kB of the script, where Lit&#39;s was 2.3 kB, and a browser has a fifth less to compile before the field appears. What was gained stays in the limit: <code>&lt;netgiro-checkout&gt;</code> has at most 14,000 bytes.</p><p><strong>Trade-offs.</strong> A hundred and fifty lines that Lit would maintain. The elements adopt style sheets, without a fallback for browsers that cannot, which do not know <code>color-mix()</code> either. A subclass that declares <code>properties</code> includes those of its parent.</p><p><strong>Revisit when</strong> Lit&#39;s own base becomes as small, or an element needs a converter.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/031-own-base-class.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _031OwnBaseClass = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _031OwnBaseClass as default
};
