import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"025 Let one server with a lease write to PostgreSQL","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/025-postgresql-by-one-writer.md","filePath":"docs/decisions/025-postgresql-by-one-writer.md"}');
const _sfc_main = { name: "docs/decisions/025-postgresql-by-one-writer.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="025-let-one-server-with-a-lease-write-to-postgresql" tabindex="-1">025 Let one server with a lease write to PostgreSQL <a class="header-anchor" href="#025-let-one-server-with-a-lease-write-to-postgresql" aria-label="Permalink to &quot;025 Let one server with a lease write to PostgreSQL&quot;">​</a></h1><p>2026-11-26 · accepted; <a href="/docs/decisions/028-partitions-on-postgresql.html">028</a> shares the database among several servers</p><p><strong>Decision.</strong> <code>DATABASE_URL=postgres://…</code> runs the queries of the SQLite store on PostgreSQL, through the same queue of writes: one transaction at a time, several jobs in each. The few statements that the databases word differently ask for the dialect where they stand. A PostgreSQL database begins with the schema as the migrations of SQLite had made it by 005; later migrations are written for both, and a test compares tables, columns and indexes.</p><p>The right to write is a lease in a table, by the database&#39;s clock, with an epoch. Every transaction of the server first confirms it with a share lock, in the statement that also returns the transaction&#39;s id: a takeover waits for the transaction, and a former owner writes nothing more. The id answers what became of a COMMIT whose answer was lost (<code>pg_xact_status</code>).</p><p>Commands that work beside a server count a number up in the same table, which tells the server that something changed; on SQLite that is <code>data_version</code>.</p><p><strong>Trade-offs.</strong> One writer gives up what PostgreSQL could write at once. In return the limits, the idempotency keys and the order of events need no locks of their own yet. Two statements more for each group of writes. A lease per partition is what several replicas need; it is one row now.</p><p><strong>Revisit when</strong> several replicas share a database.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/025-postgresql-by-one-writer.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _025PostgresqlByOneWriter = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _025PostgresqlByOneWriter as default
};
