import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"012 Time-ordered ids and stable object shapes","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/012-ids-and-object-shapes.md","filePath":"docs/decisions/012-ids-and-object-shapes.md"}');
const _sfc_main = { name: "docs/decisions/012-ids-and-object-shapes.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="012-time-ordered-ids-and-stable-object-shapes" tabindex="-1">012 Time-ordered ids and stable object shapes <a class="header-anchor" href="#012-time-ordered-ids-and-stable-object-shapes" aria-label="Permalink to &quot;012 Time-ordered ids and stable object shapes&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> An id is its prefix, six bytes of time and ten random bytes. Five of the fifteen indexes that a start touches contain ids; rows created at the same time are now adjacent in them, and a commit writes fewer pages. Ids never were secrets. Sessions and callback tokens are secrets, and entirely random.</p><p>Objects that exist by the ten thousand are created by one object literal with spreads last. If many new property names follow a spread, V8 gives each object a hidden class of its own: 700 bytes for every checkout and as many for every attempt, and the garbage collector blocked the core for 200 ms to traverse them.</p><p><strong>Trade-offs.</strong> An id reveals when it was created, which its owner knows anyway.</p><p><strong>Revisit when</strong> V8 shares those classes, or when an id ever grants access to anything.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/012-ids-and-object-shapes.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _012IdsAndObjectShapes = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _012IdsAndObjectShapes as default
};
