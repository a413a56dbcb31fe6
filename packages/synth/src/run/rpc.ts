import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Build } from "../graph.ts";

interface BuildRequest {
  functionID: string;
  handler: string;
  bundle?: string;
  runtime: string;
  properties?: {
    architecture?: string;
    install?: string[] | Record<string, string>;
    esbuild?: { external?: string[] };
  };
}

interface Place {
  root: string;
  /** Folder of this run, for files that components zip. */
  work: string;
  account: string;
  /** Called with what is wrong with a function, in a sentence. */
  problems: string[];
}

/** Replaces the sst CLI's local server: answers requests of components while a program runs, and records the builds. */
export async function startRpc(place: Place): Promise<{ url: string; builds: Build[] }> {
  const builds: Build[] = [];
  const methods: Record<string, (params: any) => unknown> = {
    "Provider.Aws.Bootstrap": ({ region }: { region: string }) => ({
      asset: `sst-asset-${region}`,
      state: `sst-state-${region}`,
      assetEcrRegistryId: place.account,
      assetEcrUrl: `${place.account}.dkr.ecr.${region}.amazonaws.com/sst-asset`,
      ...appSync(region),
    }),
    "Provider.Aws.Appsync": () => {
      const { appsyncHttp, appsyncRealtime } = appSync("synth");
      return { http: appsyncHttp, realtime: appsyncRealtime };
    },
    // `sst dev` does not bundle at deployment; the handler is the same anyway.
    "Runtime.AddTarget": (request: BuildRequest) => {
      const { errors } = build(request, place, builds);
      if (errors.length) throw new Error(errors.join("\n"));
      return true;
    },
    "Runtime.Build": (request: BuildRequest) => build(request, place, builds),
  };

  const server = createServer(async (request, response) => {
    // A web page can reach this port under a name of its own once its DNS points here.
    if (request.headers.host !== `127.0.0.1:${(server.address() as AddressInfo).port}`)
      return void response.writeHead(421, { connection: "close" }).end("This address is for the synth run only.");
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method, params } = JSON.parse(body);
    const answer = methods[method];
    let reply: { result: unknown; error: string | null };
    try {
      // SST's client recognises the words "rpc: can't find".
      if (!answer) reply = { result: null, error: `rpc: can't find method ${method}` };
      else reply = { result: answer(params[0]), error: null };
    } catch (error) {
      reply = { result: null, error: (error as Error).message };
    }
    response.setHeader("connection", "close");
    response.end(JSON.stringify(reply));
  });
  // An idle server must not keep the run alive: the graph is complete when no work is left.
  server.on("connection", (socket) => socket.unref());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  server.unref();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, builds };
}

const appSync = (region: string) => ({
  appsyncHttp: `synth.appsync-api.${region}.amazonaws.com`,
  appsyncRealtime: `synth.appsync-realtime-api.${region}.amazonaws.com`,
});

const EXTENSIONS = [".ts", ".mts", ".tsx", ".js", ".mjs"];

/** Bundles nothing: checks that the handler exists, records it, and writes a file for SST to zip. */
function build(request: BuildRequest, { root, work, problems }: Place, builds: Build[]) {
  const { dir, name, ext } = path.posix.parse(request.handler);
  const base = path.join(root, request.bundle ?? "", dir, name);
  const out = path.join(work, "bundles", request.functionID);
  const errors: string[] = [];
  const file = EXTENSIONS.map((extension) => base + extension).find((candidate) => existsSync(candidate));
  const where = `function ${request.functionID}: handler ${request.handler}`;
  if (!file) errors.push(`${where}: there is no file ${path.posix.join(dir, name)}${EXTENSIONS[0]}`);
  else if (!exports(readFileSync(file, "utf8"), ext.slice(1)))
    errors.push(`${where}: ${name} exports no "${ext.slice(1)}"`);

  problems.push(
    ...errors,
    ...unknownOptions(request.properties).map((name) => `${where}: the graph does not hold ${name}`),
  );

  const bundled = path.join(out, dir, `${name}.mjs`);
  mkdirSync(path.dirname(bundled), { recursive: true });
  writeFileSync(bundled, "");
  const { install = [], architecture = "x86_64", esbuild } = request.properties ?? {};
  builds.push({
    functionID: request.functionID,
    handler: request.handler,
    runtime: request.runtime,
    architecture,
    install: (Array.isArray(install) ? [...install] : Object.keys(install)).sort(),
    external: [...(esbuild?.external ?? [])].sort(),
  });
  return { handler: request.handler, out, errors, sourcemaps: [] };
}

/**
 * Bundling options that the graph would silently leave out: the local cloud and the tests would then run other code
 * than the deployment.
 */
function unknownOptions({ architecture: _, install: __, esbuild = {}, ...others }: Record<string, any> = {}): string[] {
  const { external: ___, ...more } = esbuild;
  return [
    ...Object.keys(others).map((name) => `nodejs.${name}`),
    ...Object.keys(more).map((name) => `nodejs.esbuild.${name}`),
  ];
}

/** Whether the module seems to export the name; with `export *` it always may. */
function exports(source: string, name: string): boolean {
  if (/^export\s*\*\s*from/m.test(source)) return true;
  const declared = new RegExp(
    `^export\\s+(?:default\\s+)?(?:async\\s+)?(?:const|let|var|function\\*?|class)\\s+${name}\\b`,
    "m",
  );
  const listed = new RegExp(`^export\\s*\\{[^}]*\\b${name}\\b[^}]*\\}`, "m");
  return declared.test(source) || listed.test(source);
}
