import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"013 One process owns the database file","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/013-one-owner.md","filePath":"docs/decisions/013-one-owner.md"}');
const _sfc_main = { name: "docs/decisions/013-one-owner.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="013-one-process-owns-the-database-file" tabindex="-1">013 One process owns the database file <a class="header-anchor" href="#013-one-process-owns-the-database-file" aria-label="Permalink to &quot;013 One process owns the database file&quot;">​</a></h1><p>2026-11-26 · accepted</p><p><strong>Decision.</strong> The server holds an exclusive SQLite lock on a file beside the database. This works on every system that SQLite works on, and the lock is released when the process ends, however it ends. Commands do not take it.</p><p>The header of the database file contains a number (<code>user_version</code>) that every startup and the first commit after every checkpoint increment. SQLite does not bind a log to its file; this number detects a log that belongs to another copy of the file before it is applied.</p><p><strong>Trade-offs.</strong> A second server is refused on startup, or waits (<code>DATABASE_WAIT_SECONDS</code>): deployments have a moment without a server.</p><p><strong>Revisit when</strong> several processes share one database.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/013-one-owner.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _013OneOwner = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _013OneOwner as default
};
