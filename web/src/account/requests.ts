import { api } from "../api";
import type { FactorCode, FactorSetup, PasswordChange, PasswordProof } from "../wire.gen";

const FACTOR = "/session/second-factor";

/** What a person asks for their own account. A wrong code or password is answered with 401 and ends no session. */
export const account = {
  begin: () => api.request<FactorSetup>("POST", FACTOR),
  confirm: (body: FactorCode) => api.request<undefined>("PUT", FACTOR, body, false),
  remove: (body: PasswordProof) => api.request<undefined>("POST", `${FACTOR}/remove`, body, false),
  changePassword: (body: PasswordChange) =>
    api.request<undefined>("PUT", "/session/password", body, false),
};
