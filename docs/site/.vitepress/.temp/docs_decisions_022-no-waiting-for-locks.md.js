import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"022 Never wait for a database lock on the event loop","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/022-no-waiting-for-locks.md","filePath":"docs/decisions/022-no-waiting-for-locks.md"}');
const _sfc_main = { name: "docs/decisions/022-no-waiting-for-locks.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="022-never-wait-for-a-database-lock-on-the-event-loop" tabindex="-1">022 Never wait for a database lock on the event loop <a class="header-anchor" href="#022-never-wait-for-a-database-lock-on-the-event-loop" aria-label="Permalink to &quot;022 Never wait for a database lock on the event loop&quot;">​</a></h1><p>2026-11-26 · accepted</p><p><strong>Decision.</strong> Connections do not wait for locks (<code>busy_timeout = 0</code>); the queue of writes retries after a pause. Transactions begin immediate: one that begins by reading fails permanently if another program has written in the meantime. <code>libsql</code> does not reset a prepared statement that met a lock, so the statement holds its snapshot as long as it exists; statements that may meet a lock are therefore run by <code>exec</code>. After any disk error the connection is reopened.</p><p>A write that contains the answer of a provider or a shop is retried until it is on disk; every other write is rejected after five seconds.</p><p><strong>Trade-offs.</strong> An <code>fsync</code> on a slow disk still blocks the event loop, because commits run there. Writes that waited for a lock are committed in groups of 200.</p><p><strong>Revisit when</strong> SQLite moves to a thread as a whole.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/022-no-waiting-for-locks.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _022NoWaitingForLocks = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _022NoWaitingForLocks as default
};
