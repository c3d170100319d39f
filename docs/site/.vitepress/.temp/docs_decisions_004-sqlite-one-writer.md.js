import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"004 Store in SQLite through Kysely, with one writer and grouped commits","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/004-sqlite-one-writer.md","filePath":"docs/decisions/004-sqlite-one-writer.md"}');
const _sfc_main = { name: "docs/decisions/004-sqlite-one-writer.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="004-store-in-sqlite-through-kysely-with-one-writer-and-grouped-commits" tabindex="-1">004 Store in SQLite through Kysely, with one writer and grouped commits <a class="header-anchor" href="#004-store-in-sqlite-through-kysely-with-one-writer-and-grouped-commits" aria-label="Permalink to &quot;004 Store in SQLite through Kysely, with one writer and grouped commits&quot;">​</a></h1><p>2026-11-21 · accepted; <a href="/docs/decisions/025-postgresql-by-one-writer.html">025</a> and <a href="/docs/decisions/028-partitions-on-postgresql.html">028</a> add PostgreSQL</p><p><strong>Decision.</strong> One file, WAL, <code>synchronous=FULL</code>. The driver is <code>node:sqlite</code> where Node has it and <code>libsql</code> on Node 20; neither needs a compiler or an install script. All writes of one turn of the event loop share a transaction and therefore one wait for the disk. If one of them fails, the group is repeated one by one, so the others succeed. A change is saved only on top of the version that it was made from. A unique index rejects a second open attempt, even if the code has an error.</p><p>Values that are searched have columns of their own; the rest is JSON. Column types are text and integers only, so that the same code can serve PostgreSQL.</p><p><strong>Trade-offs.</strong> Only one instance per database file.</p><p><strong>Revisit when</strong> a shop needs two instances on one file; on PostgreSQL it can have them.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/004-sqlite-one-writer.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _004SqliteOneWriter = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _004SqliteOneWriter as default
};
