import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"005 Serve the event stream beside the app on Node","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/005-streams-beside-the-app.md","filePath":"docs/decisions/005-streams-beside-the-app.md"}');
const _sfc_main = { name: "docs/decisions/005-streams-beside-the-app.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="005-serve-the-event-stream-beside-the-app-on-node" tabindex="-1">005 Serve the event stream beside the app on Node <a class="header-anchor" href="#005-serve-the-event-stream-beside-the-app-on-node" aria-label="Permalink to &quot;005 Serve the event stream beside the app on Node&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> The event stream (<code>GET /v1/session</code> that accepts <code>text/event-stream</code>, or <code>/v1/session/events</code>) is written straight to Node&#39;s response; everything else is a plain fetch handler. The same stream also exists as a web <code>ReadableStream</code> inside the app, for Bun, Deno or a shop&#39;s own Hono app. Hono&#39;s <code>streamSSE</code> costs three times the memory and five times the CPU of bare <code>node:http</code>, leaks a stream for every HEAD request, and ends the process on HTTP/2. One timer sends the heartbeats of all streams; a reader costs one small object.</p><p><strong>Trade-offs.</strong> Middleware does not see the stream on Node; the same functions check origin and session instead.</p><p><strong>Revisit when</strong> <code>@hono/node-server</code> offers a stream at that price.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/005-streams-beside-the-app.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _005StreamsBesideTheApp = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _005StreamsBesideTheApp as default
};
