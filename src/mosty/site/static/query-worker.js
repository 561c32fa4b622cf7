// Holds the release in Oxigraph's WebAssembly and answers queries over it, one after another.
import load, { Store } from "./vendor/web.js";

let store = null;

const tell = (state, more) => postMessage({ state, ...more });

async function* pieces(response) {
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

async function bytes(response, got) {
  const parts = [];
  for await (const piece of pieces(response)) {
    parts.push(piece);
    got(piece.length);
  }
  const blob = new Blob(parts);
  const start = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  // A server may have unpacked it on the way.
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  const stream = packed ? blob.stream().pipeThrough(new DecompressionStream("gzip")) : blob.stream();
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function filled(files) {
  await load();
  const made = new Store();
  let done = 0;
  for (const { path, address } of files) {
    let response;
    try { response = await fetch(address); } catch { response = null; }
    if (!response || !response.ok) {
      tell("no-file", { path });
      return null;
    }
    const data = await bytes(response, (count) => tell("fetching", { done: (done += count) }));
    tell("parsing");
    made.load(data, { format: /\.nt(?:\.gz)?$/.test(path) ? "application/n-triples" : "text/turtle", lenient: true });
  }
  return made;
}

onmessage = async ({ data }) => {
  try {
    store ??= await filled(data.files);
    if (!store) return;
    tell("running");
    const begun = performance.now();
    const constructs = isGraphQuery(data.query);
    const content = store.query(data.query, { results_format: constructs ? "application/n-triples" : "json" });
    tell("done", { kind: constructs ? "triples" : "solutions", content, seconds: (performance.now() - begun) / 1000 });
  } catch (error) {
    tell("failed", { why: String(error && error.message || error) });
  }
};

// CONSTRUCT and DESCRIBE answer with triples: the first word that is no declaration, comment, IRI or name tells.
function isGraphQuery(text) {
  const bare = text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n]*|[?$]\w+|[\w.-]*:[\w.%-]*/g, " ");
  const word = /\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i.exec(bare);
  return word !== null && /^[CD]/i.test(word[1]);
}
