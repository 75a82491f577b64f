// An EHR's SMART side for tests: a certified OAuth server (oidc-provider) before a real FHIR server.
//
// node simulator.mjs, settings as JSON in SMART_SETTINGS: {fhir, redirect, app: {id, jwks}, backend: {id, jwks, scope}}.
// It prints its port, listens on 127.0.0.1 and ends with its standard input.
//
// GET /ehr/launch?patient&encounter&user opens the app as a chart does. More parameters make the EHR behave badly:
// `deny` (a scope that is not granted), `ttl` (seconds that a token lives), `later` (the patient after a refresh).

import { randomUUID, generateKeyPairSync } from "node:crypto";
import http from "node:http";
import Provider from "oidc-provider";

const settings = JSON.parse(process.env.SMART_SETTINGS);
const launches = new Map();
const grants = new Map();
const server = http.createServer((request, response) => handle(request, response));
process.stdin.resume().on("end", () => process.exit(0));

server.listen(0, "127.0.0.1", () => {
  base = `http://127.0.0.1:${server.address().port}`;
  provider = makeProvider();
  callback = provider.callback();
  console.log(server.address().port);
});

let base, provider, callback;

function makeProvider() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const signing = { ...privateKey.export({ format: "jwk" }), kid: "ehr", use: "sig", alg: "RS256" };
  const kinds = "Patient Encounter Practitioner MedicationRequest AllergyIntolerance Condition DocumentReference Provenance";
  const operations = ["r", "s", "rs", "c", "u", "crus"];
  const resources = ["user", "system"].flatMap((who) =>
    kinds.split(" ").flatMap((kind) => operations.map((what) => `${who}/${kind}.${what}`)),
  );
  const common = { token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: "ES384" };
  const made = new Provider(base, {
    clients: [
      {
        ...common,
        client_id: settings.app.id,
        jwks: settings.app.jwks,
        redirect_uris: [settings.redirect],
        grant_types: ["authorization_code", "refresh_token"],
      },
      {
        ...common,
        client_id: settings.backend.id,
        jwks: settings.backend.jwks,
        redirect_uris: [],
        response_types: [],
        grant_types: ["client_credentials"],
        scope: settings.backend.scope,
      },
    ],
    jwks: { keys: [signing] },
    cookies: { keys: [randomUUID()] },
    scopes: ["openid", "launch", "launch/patient", "launch/encounter", ...resources],
    claims: { openid: ["sub"], fhirUser: ["fhirUser"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    extraParams: ["launch", "aud"],
    enabledJWA: { clientAuthSigningAlgValues: ["ES384", "RS384"] },
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    issueRefreshToken: async () => true,
    // Each launch is granted anew: a session's earlier grant was for another chart.
    loadExistingGrant: async (ctx) => {
      const id = ctx.oidc.result?.consent?.grantId;
      return id ? ctx.oidc.provider.Grant.find(id) : undefined;
    },
    findAccount: async (_ctx, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, fhirUser: `${base}/fhir/Practitioner/${id}` }),
    }),
    ttl: {
      AccessToken: (_ctx, token) => grants.get(token.grantId)?.ttl ?? 300,
      ClientCredentials: 300,
      IdToken: 300,
      Grant: 3600,
      Interaction: 600,
      Session: 3600,
      RefreshToken: 3600,
    },
  });
  made.use(async (ctx, next) => {
    await next();
    const grant = grants.get(ctx.oidc?.entities?.Grant?.jti);
    if (ctx.oidc?.route !== "token" || ctx.status !== 200 || !grant) return;
    const patient = grant.answers++ > 0 && grant.later ? grant.later : grant.patient;
    Object.assign(ctx.body, { patient, need_patient_banner: true });
    if (grant.encounter) ctx.body.encounter = grant.encounter;
  });
  return made;
}

async function handle(request, response) {
  const url = new URL(request.url, base);
  try {
    if (url.pathname === "/ehr/launch") return launch(url, response);
    if (url.pathname === "/fhir/.well-known/smart-configuration") return configuration(response);
    if (url.pathname.startsWith("/interaction/")) return await interact(request, response);
    if (url.pathname.startsWith("/fhir/")) return await fhir(request, response, url);
    return callback(request, response);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

function launch(url, response) {
  const context = Object.fromEntries(url.searchParams);
  const id = randomUUID();
  launches.set(id, context);
  const query = new URLSearchParams({ iss: `${base}/fhir`, launch: id });
  response.writeHead(302, { Location: `${context.app}?${query}` }).end();
}

function configuration(response) {
  const found = {
    issuer: base,
    jwks_uri: `${base}/jwks`,
    authorization_endpoint: `${base}/auth`,
    token_endpoint: `${base}/token`,
    capabilities: ["launch-ehr", "launch-standalone", "client-confidential-asymmetric", "permission-v2"],
    code_challenge_methods_supported: ["S256"],
  };
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(found));
}

// The clinician is signed in to the EHR already: an interaction is answered from the launch, or refused.
async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  const { params } = details;
  const standalone = { patient: "patient-1", user: "clinician-1", encounter: settings.encounter };
  const context = params.launch ? launches.get(params.launch) : standalone;
  launches.delete(params.launch);
  if (!context || params.aud !== `${base}/fhir`) {
    return provider.interactionFinished(request, response, { error: "invalid_request" });
  }
  const grant = new provider.Grant({ accountId: context.user, clientId: params.client_id });
  const scope = params.scope.split(" ").filter((each) => each !== context.deny);
  grant.addOIDCScope(scope.join(" "));
  if (context.deny) grant.rejectOIDCScope(context.deny);
  const grantId = await grant.save();
  grants.set(grantId, { ...context, ttl: Number(context.ttl ?? 300), answers: 0 });
  const result = { login: { accountId: context.user, remember: false }, consent: { grantId } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const OPERATIONS = { POST: "c", PUT: "u" };

async function fhir(request, response, url) {
  const [, , kind, id] = url.pathname.split("/");
  if (kind !== "metadata") {
    const value = (request.headers.authorization ?? "").replace(/^Bearer /, "");
    const token = (await provider.AccessToken.find(value)) ?? (await provider.ClientCredentials.find(value));
    if (!token || token.isExpired) return response.writeHead(401).end();
    const operation = OPERATIONS[request.method] ?? (id ? "r" : "s");
    const allowed = (token.scope ?? "").split(" ").some((scope) => {
      const match = /^(?:user|system)\/(\w+)\.(\w+)$/.exec(scope);
      return match && match[1] === kind && match[2].includes(operation);
    });
    if (!allowed) return response.writeHead(403).end();
  }
  const target = new URL(settings.fhir + url.pathname.slice("/fhir".length) + url.search);
  const headers = { ...request.headers, host: target.host };
  delete headers.authorization;
  const onward = http.request(target, { method: request.method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.writeHead(502).end());
  request.pipe(onward);
}
