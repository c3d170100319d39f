import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"018 Check readiness by writing","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/018-readiness-by-writing.md","filePath":"docs/decisions/018-readiness-by-writing.md"}');
const _sfc_main = { name: "docs/decisions/018-readiness-by-writing.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="018-check-readiness-by-writing" tabindex="-1">018 Check readiness by writing <a class="header-anchor" href="#018-check-readiness-by-writing" aria-label="Permalink to &quot;018 Check readiness by writing&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> <code>/readyz</code> writes a row and removes it in the same transaction, at most once per second, and immediately after a write that failed. Reads still succeed when a disk is full, so reading proves nothing.</p><p><strong>Trade-offs.</strong> An orchestrator&#39;s probe costs one wait for the disk per second.</p><p><strong>Revisit when</strong> the database moves to another machine and its writes are monitored there.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/018-readiness-by-writing.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _018ReadinessByWriting = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _018ReadinessByWriting as default
};
