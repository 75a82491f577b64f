// An identity provider for tests: a certified OpenID Connect server (oidc-provider) whose people need no password.
//
// node identity.mjs, settings as JSON in IDENTITY_SETTINGS: {redirect, home, client: {id, secret}, people: {sub: claims}}.
// It prints its port, listens on 127.0.0.1 and ends with its standard input.
//
// GET /as?person=SUB[&acr=VALUE] says who signs in from now on; without a person they give up.

import { randomUUID, generateKeyPairSync } from "node:crypto";
import http from "node:http";
import Provider from "oidc-provider";

const settings = JSON.parse(process.env.IDENTITY_SETTINGS);
let base, provider, callback, now = {};
const server = http.createServer((request, response) => handle(request, response));
process.stdin.resume().on("end", () => process.exit(0));

server.listen(0, "127.0.0.1", () => {
  base = `http://127.0.0.1:${server.address().port}`;
  provider = makeProvider();
  callback = provider.callback();
  console.log(server.address().port);
});

function makeProvider() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signing = { ...privateKey.export({ format: "jwk" }), kid: "provider", use: "sig", alg: "ES256" };
  const common = {
    redirect_uris: [settings.redirect],
    post_logout_redirect_uris: [settings.home],
    id_token_signed_response_alg: "ES256",
  };
  return new Provider(base, {
    clients: [
      { ...common, client_id: settings.client.id, client_secret: settings.client.secret },
      { ...common, client_id: "public", token_endpoint_auth_method: "none" },
    ],
    jwks: { keys: [signing] },
    cookies: { keys: [randomUUID()] },
    scopes: ["openid", "profile", "email"],
    claims: {
      openid: ["sub"],
      profile: ["preferred_username", "name", "groups"],
      email: ["email", "email_verified"],
      acr: null,
    },
    acrValues: ["mfa", "pwd"],
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: async (_ctx, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, ...settings.people[sub] }),
    }),
    ttl: { AccessToken: 300, IdToken: 300, Grant: 3600, Interaction: 600, Session: 3600 },
  });
}

async function handle(request, response) {
  const url = new URL(request.url, base);
  try {
    if (url.pathname === "/as") {
      now = Object.fromEntries(url.searchParams);
      return response.writeHead(204).end();
    }
    if (url.pathname.startsWith("/interaction/")) return await interact(request, response);
    return callback(request, response);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

async function interact(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  if (!now.person) {
    return provider.interactionFinished(request, response, { error: "access_denied" });
  }
  const grant = new provider.Grant({ accountId: now.person, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = {
    login: { accountId: now.person, remember: false, acr: now.acr },
    consent: { grantId: await grant.save() },
  };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}
