import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"024 Tell attempts apart by whether they are open","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/024-open-and-ended-attempts.md","filePath":"docs/decisions/024-open-and-ended-attempts.md"}');
const _sfc_main = { name: "docs/decisions/024-open-and-ended-attempts.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="024-tell-attempts-apart-by-whether-they-are-open" tabindex="-1">024 Tell attempts apart by whether they are open <a class="header-anchor" href="#024-tell-attempts-apart-by-whether-they-are-open" aria-label="Permalink to &quot;024 Tell attempts apart by whether they are open&quot;">​</a></h1><p>2026-11-26 · accepted</p><p><strong>Decision.</strong> An attempt is a union of <code>OpenAttempt</code> and <code>EndedAttempt</code>, each with what it can hold: only an ended one can have been paid, and an outcome always comes with its reason. Where it stands is said by the status of its checkout, and nowhere else. What has happened to it (approved, cancellation sent, capture requested, …) are times, null until then.</p><p><strong>Trade-offs.</strong> The types do not say that, for example, a capture is requested only after an approval. The tables of transitions do, and the property-based tests of them. A union by status would have to repeat these times in nearly every member, because they are independent of each other: a cancellation may be sent before an approval is known or after it, and a code may be uncertain in both.</p><p><strong>Revisit when</strong> a combination of times that makes no sense is found on disk.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/024-open-and-ended-attempts.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _024OpenAndEndedAttempts = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _024OpenAndEndedAttempts as default
};
