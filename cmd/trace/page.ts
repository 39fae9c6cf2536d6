/** A story as one page that needs nothing but a browser: the data, and the script that draws it. */

import type { Story } from "./story.ts";
import { viewer } from "./viewer.ts";

/** The whole page. No text of the trace can become a tag or a script. */
export async function tracePage(story: Story): Promise<string> {
  const { test = "a run", seed, lab, verdict, reason, bug, plan } = story.header;
  const script = `(${viewer})(JSON.parse(document.querySelector("#story").textContent))`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${await hash(
    script,
  )}'`;
  const planted = bug === undefined ? "" : ` --bug ${bug}`;
  const command = plan !== undefined
    ? `./dist824 replay ${plan}`
    : seed === undefined
    ? ""
    : `./dist824 test${planted} --lab ${lab} --test ${test} --seed ${seed}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escaped(test)}, seed ${escaped(seed ?? "?")}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(test)} <span class="${escaped(verdict ?? "")}">${escaped(verdict ?? "")}</span></h1>
<pre class="reason">${escaped(reason ?? "")}</pre>
<p>Repeat it: <code>${escaped(command)}</code></p>
<p class="keys"><button id="all">whole run</button> <button id="last">the end</button>
wheel: zoom, drag: move, click: cursor, ← →: from event to event.
<b style="background:#dfe7ef">follower, idle</b> <b style="background:#f6dd96">candidate</b>
<b style="background:#a5d6a1">leader, at work</b> <b style="background:#f3f3f3">down</b>
<b style="border-bottom:3px solid #c55">cut off</b>,
<b style="color:#b8860b">RequestVote</b> <b style="color:#3b6ea5">AppendEntries</b>
<b style="color:#7a3fb0">InstallSnapshot</b> <b style="color:#c33">lost</b></p>
<canvas></canvas>
<div id="panels"><div id="state"></div>
<div><input id="filter" placeholder="filter the events"><div id="events"></div></div></div>
<script type="application/json" id="story">${harmlessJson(story)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON in which no `</script>` can stand. */
function harmlessJson(story: Story): string {
  return JSON.stringify(story).replaceAll("<", "\\u003c");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** The one script of the page is allowed by what it says; no other can run. */
async function hash(script: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script));
  return `sha256-${new Uint8Array(digest).toBase64()}`;
}

const STYLE = `
body { font: 14px/1.4 system-ui, sans-serif; margin: 1em; color: #222; background: #fff }
h1 { font-size: 1.3em; margin: 0 }
.fail, .error { color: #c00 } .pass { color: #080 }
.reason { white-space: pre-wrap; margin: .4em 0; color: #900; max-height: 8em; overflow: auto }
.keys b { font-weight: normal; padding: 0 .3em }
canvas { width: 100%; border: 1px solid #ccc; cursor: crosshair }
#panels { display: flex; gap: 1em; margin-top: .5em }
table { border-collapse: collapse } td { border: 1px solid #ddd; padding: 1px 8px; white-space: nowrap }
#events { font: 12px/1.35 ui-monospace, monospace; height: 24em; overflow: auto; white-space: pre; min-width: 50em }
#events div:hover { background: #eef }
`;
