import { api } from "../api";
import type {
  AccountView,
  AuditView,
  CheckView,
  ConnectionView,
  GrantView,
  ModelView,
  NewUser,
  RetentionView,
  Role,
  UserView,
} from "../wire.gen";

/** How many audit entries are shown at once. */
export const AUDIT_PAGE = 50;

/** The administrator's requests. */
export const admin = {
  users: () => api.request<AccountView[]>("GET", "/users"),
  add: (user: NewUser) => api.request<UserView>("POST", "/users", user),
  setPassword: (id: string, password: string) =>
    api.request<undefined>("PUT", userOf(id, "/password"), { password }),
  setRole: (id: string, role: Role) => api.request<undefined>("PUT", userOf(id, "/role"), { role }),
  lock: (id: string) => api.request<undefined>("DELETE", userOf(id)),
  unlock: (id: string) => api.request<undefined>("POST", userOf(id, "/unlock")),
  removeFactor: (id: string) => api.request<undefined>("DELETE", userOf(id, "/second-factor")),
  unlink: (id: string) => api.request<undefined>("DELETE", userOf(id, "/identity")),
  checks: () => api.request<CheckView[]>("GET", "/administration/checks"),
  models: () => api.request<ModelView[]>("GET", "/models"),
  connection: () => api.request<ConnectionView>("GET", "/ehr"),
  audit: (after: number) =>
    api.request<AuditView>("GET", `/audit?after=${after}&limit=${AUDIT_PAGE}`),
  retention: () => api.request<RetentionView>("GET", "/administration/retention"),
  hold: (encounter: string, reason: string) =>
    api.request<RetentionView>("PUT", holdOf(encounter), { reason }),
  release: (encounter: string) => api.request<RetentionView>("DELETE", holdOf(encounter)),
  emergencies: () => api.request<GrantView[]>("GET", "/emergency-access"),
};

function userOf(id: string, rest = ""): string {
  return `/users/${encodeURIComponent(id)}${rest}`;
}

function holdOf(encounter: string): string {
  return `/administration/retention/holds/${encodeURIComponent(encounter)}`;
}
