import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"021 Write log lines in batches","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/021-log-lines-in-batches.md","filePath":"docs/decisions/021-log-lines-in-batches.md"}');
const _sfc_main = { name: "docs/decisions/021-log-lines-in-batches.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="021-write-log-lines-in-batches" tabindex="-1">021 Write log lines in batches <a class="header-anchor" href="#021-write-log-lines-in-batches" aria-label="Permalink to &quot;021 Write log lines in batches&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> Log lines wait up to 50 ms and are written together.</p><p><strong>Trade-offs.</strong> A SIGKILL may lose the last 50 ms of the log; the history in the database is complete in any case.</p><p><strong>Revisit when</strong> the log becomes evidence for anything that is not in the database.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/021-log-lines-in-batches.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _021LogLinesInBatches = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _021LogLinesInBatches as default
};
