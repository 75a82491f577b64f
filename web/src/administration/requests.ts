import { api } from "../api";
import type {
  AuditView,
  CheckView,
  ConnectionView,
  GrantView,
  NewUser,
  UserView,
} from "../wire.gen";

/** How many audit entries are shown at once. */
export const AUDIT_PAGE = 50;

/** The administrator's requests. */
export const admin = {
  users: () => api.request<UserView[]>("GET", "/users"),
  add: (user: NewUser) => api.request<UserView>("POST", "/users", user),
  setPassword: (id: string, password: string) =>
    api.request<undefined>("PUT", `/users/${encodeURIComponent(id)}/password`, { password }),
  lock: (id: string) => api.request<undefined>("DELETE", `/users/${encodeURIComponent(id)}`),
  checks: () => api.request<CheckView[]>("GET", "/administration/checks"),
  connection: () => api.request<ConnectionView>("GET", "/ehr"),
  audit: (after: number) =>
    api.request<AuditView>("GET", `/audit?after=${after}&limit=${AUDIT_PAGE}`),
  emergencies: () => api.request<GrantView[]>("GET", "/emergency-access"),
};
