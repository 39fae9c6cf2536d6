import assert from "node:assert/strict";
import { HttpServer, textReply } from "./http_server.ts";

Deno.test("an HTTP server answers GET, and nothing else", async () => {
  const server = HttpServer.listen(
    { hostname: "127.0.0.1", port: 0 },
    (path) => path.startsWith("/a") ? textReply(200, `here is ${path}`) : undefined,
  );
  const base = `http://${server.hostname}:${server.port}`;
  const found = await fetch(`${base}/a?b=1`);
  assert.equal(found.status, 200);
  assert.equal(await found.text(), "here is /a?b=1\n");
  assert.match(found.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  const missing = await fetch(`${base}/c`);
  assert.equal(missing.status, 404);
  assert.equal(await missing.text(), "There is no /c\n");
  const posted = await fetch(`${base}/a`, { method: "POST", body: "x" });
  assert.equal(posted.status, 405);
  await posted.body?.cancel();
  await server.close();
});

Deno.test("regression: an HTTP server ends though a client does not finish its request", async () => {
  const server = HttpServer.listen({ hostname: "127.0.0.1", port: 0 }, () => textReply(200, "a"));
  const client = await Deno.connect({ hostname: server.hostname, port: server.port });
  const head = "POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc";
  await client.write(new TextEncoder().encode(head));
  await client.read(new Uint8Array(1000));
  await server.close();
  client.close();
});
