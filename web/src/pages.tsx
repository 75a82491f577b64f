import type { FunctionComponent } from "preact";
import { lazy } from "./lazy";
import { t } from "./messages";
import type { Role } from "./wire.gen";
import { Visits } from "./views/visits";

/** A view of its own address. `id` is the part of the address after the page's name. */
export type PageView = FunctionComponent<{ id: string | null }>;

export interface Page {
  /** The name in the address: `#/<name>`. */
  name: string;
  /** What the header calls it, or null for a page that only links reach. */
  title: (() => string) | null;
  roles: Role[];
  View: PageView;
}

/** Every page. The first titled one that a role may open is where that role starts. Views that most people
 * never open are loaded when they are: `View: lazy(() => import("./coding/desk"), "Desk")`. */
export const PAGES: Page[] = [
  { name: "visits", title: () => t("page.visits"), roles: ["clinician"], View: Visits },
  {
    name: "coding",
    title: () => t("page.coding"),
    roles: ["coder"],
    View: lazy(() => import("./coding/page"), "Desk"),
  },
  {
    name: "administration",
    title: () => t("page.administration"),
    roles: ["admin"],
    View: lazy(() => import("./administration/page"), "Administration"),
  },
  {
    name: "agreement",
    title: () => t("page.agreement"),
    roles: ["coder", "admin"],
    View: lazy(() => import("./coding/agreement"), "Agreement"),
  },
  {
    name: "formats",
    title: () => t("page.formats"),
    roles: ["admin"],
    View: lazy(() => import("./writing/formats"), "Formats"),
  },
  {
    name: "account",
    title: null,
    roles: ["clinician", "coder", "admin"],
    View: lazy(() => import("./account/page"), "Account"),
  },
  { name: "encounters", title: null, roles: ["clinician", "coder"], View: Visits },
];

/** The page of a name for a role; null when there is none or it is not for this role. */
export function pageFor(name: string, role: Role): Page | null {
  return PAGES.find((page) => page.name === name && page.roles.includes(role)) ?? null;
}

/** Where a role starts: the first page of its own. */
export function startOf(role: Role): Page | null {
  return PAGES.find((page) => page.title !== null && page.roles.includes(role)) ?? null;
}
