import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"026 Audit by replaying every input that a line may stand for","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/026-audit-by-replay.md","filePath":"docs/decisions/026-audit-by-replay.md"}');
const _sfc_main = { name: "docs/decisions/026-audit-by-replay.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="026-audit-by-replaying-every-input-that-a-line-may-stand-for" tabindex="-1">026 Audit by replaying every input that a line may stand for <a class="header-anchor" href="#026-audit-by-replaying-every-input-that-a-line-may-stand-for" aria-label="Permalink to &quot;026 Audit by replaying every input that a line may stand for&quot;">​</a></h1><p>2026-11-26 · accepted</p><p><strong>Decision.</strong> <code>audit</code> replays each checkout&#39;s history through the transitions that wrote it. A line keeps the type of its input and the provider&#39;s evidence, not the whole input, so the replay follows a set of checkouts: for each line, every input of its type, with what is stored of the attempt or refund where an input names it. What is stored must be one of those that are left at the end, and each stored event must report one of those of its version. States that differ in an attempt which no further line is about are dropped as soon as that is known, so a set stays small.</p><p><strong>Trade-offs.</strong> It proves that a legal sequence leads to what is stored, not that it is the one that happened: whether a payment was proven, for example, is not in the history. Storing whole inputs would prove more, and would put into the history what is deliberately not kept (provider ids of payments that were refused, texts). Tries of refunds are counted without a line and are not audited.</p><p><strong>Revisit when</strong> inputs are stored, or a transition depends on something that neither the line nor the stored checkout has.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/026-audit-by-replay.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _026AuditByReplay = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _026AuditByReplay as default
};
