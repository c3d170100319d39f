import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"027 Trace at the seams, with a context of our own","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/027-tracing-at-the-seams.md","filePath":"docs/decisions/027-tracing-at-the-seams.md"}');
const _sfc_main = { name: "docs/decisions/027-tracing-at-the-seams.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="027-trace-at-the-seams-with-a-context-of-our-own" tabindex="-1">027 Trace at the seams, with a context of our own <a class="header-anchor" href="#027-trace-at-the-seams-with-a-context-of-our-own" aria-label="Permalink to &quot;027 Trace at the seams, with a context of our own&quot;">​</a></h1><p>2026-11-26 · accepted</p><p><strong>Decision.</strong> Spans are made by wrappers and subclasses that the composition chooses when <code>OTEL_EXPORTER_OTLP_ENDPOINT</code> is set: of the handler of requests, of commands, of the repository, of providers and of deliveries. The core knows one hook, around a turn of an attempt, because a turn is the unit that polls, captures and records. Without the setting nothing is wrapped, and not even the API is loaded.</p><p>The active span is kept in an <code>AsyncLocalStorage</code> of our own, not in the API&#39;s global context manager: <code>createServer</code> may run in a process that traces itself. Timers fire outside of any span, for the one who armed a shared timer is not the cause of what it does; what they begin links to the last command of its checkout. Attributes are kinds, numbers and our own ids, never what a caller or a provider wrote.</p><p>The SDK is an optional peer in three small packages. <code>@opentelemetry/sdk-node</code> would bring gRPC, metrics and logs.</p><p><strong>Trade-offs.</strong> Spans of other instrumentations in the process do not nest with ours. The provider&#39;s codes and our errors&#39; messages are not in spans; the history and the log have them, under the same ids. OTLP goes over HTTP in JSON only.</p><p><strong>Revisit when</strong> operators ask for spans of the database, or for the context to be passed on to the shop&#39;s webhook endpoint.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/027-tracing-at-the-seams.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _027TracingAtTheSeams = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _027TracingAtTheSeams as default
};
